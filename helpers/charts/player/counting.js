// Where in sorted numbers one belongs: by halves, since there may be a million.

/**
 * How many of the sorted numbers are at most `value`.
 * @param {ArrayLike<number>} numbers
 * @param {number} value
 */
export function countUpTo(numbers, value, low = 0, high = numbers.length) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
