// What the linter asks of our JavaScript, beyond what every project is asked.

import js from "@eslint/js";

const DRAWING = ["axis", "chart", "drawing", "ink", "lanes", "overlay", "pen", "signs"];

export default [
  { ignores: ["**/node_modules/", "**/made/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off", // the type checker knows better what there is
      "array-callback-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "func-style": ["error", "declaration", { allowArrowFunctions: true }],
      "max-len": ["error", 100],
      "max-lines": ["error", 500],
      "max-lines-per-function": ["error", { max: 40, skipComments: true }],
      "no-implicit-coercion": ["error", { allow: ["+"] }],
      "no-promise-executor-return": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unneeded-ternary": "error",
      "no-useless-rename": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
      "prefer-template": "error",
      "require-await": "error",
    },
  },
  {
    files: DRAWING.map((name) => `**/player/${name}.js`),
    rules: { "max-lines-per-function": ["error", { max: 25, skipComments: true }] },
  },
];
