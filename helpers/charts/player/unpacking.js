// What packing.py packed, unpacked: records from the head, and columns of numbers.
//
// The types say what travels. All times are nanoseconds; a frame is the number of one of the
// recording's moments. In columns -1 stands for "none".

/**
 * @import { Stretch } from "./life.js"
 * @import { SignName } from "./words.js"
 *
 * @typedef {"returned" | "raised" | "cancelled" | "destroyed" | "pending"} Outcome
 * @typedef {[source: string, line: number]} Place
 *
 * @typedef {object} Task
 * @property {number} id
 * @property {string} name
 * @property {number | null} parent
 * @property {number | null} created
 * @property {number} createdFrame
 * @property {number | null} ended
 * @property {Outcome} outcome
 * @property {string | null} exception
 * @property {string} role "recording" for the task that entered the recording
 * @property {number} rested when the wait after its last step is over, if there is one
 * @property {number} restedFrame
 * @property {number} [gone] when it is not in the picture any more, if that is not one of these
 *
 * @typedef {object} Timer
 * @property {string} label
 * @property {string} setBy
 * @property {number} due
 * @property {number} step the one that it ran, -1 if it is not known
 * @property {number} made
 * @property {number} madeFrame
 * @property {number} until when it leaves: queued, cancelled, or after the end
 * @property {number} untilFrame
 *
 * One row of the chart. Of a callback's there are its parts, its steps, and when it was
 * cancelled; what a task did, the film says.
 * @typedef {object} Row
 * @property {"task" | "callback" | "kernel" | "loop"} kind
 * @property {string} label
 * @property {number} id the task's, -1 where it is none
 * @property {number} depth how many parents stand above it
 * @property {number | null} ended
 * @property {Stretch[]} parts
 * @property {number[]} steps
 *
 * A task that never left the ready queue.
 * @typedef {{task: number, since: number, frame: number}} LeftOver
 *
 * @typedef {[start: number, end: number, until: number | null, wokenBy: string]} Sleep
 * @typedef {[time: number, frame: number, text: string]} Printed
 *
 * Columns by step, then by frame, then of few steps.
 * @typedef {object} Columns
 * @property {Int32Array} task
 * @property {Int32Array} kind
 * @property {Int32Array} label of a step that is no task's
 * @property {Int32Array} inside
 * @property {Int32Array} woken_by the step that put it in the queue; below 0: see `outside`
 * @property {Int32Array} waiting_for
 * @property {Int32Array} resumed
 * @property {Int32Array} suspended
 * @property {Float64Array} ready when its handle was put in the queue
 * @property {Int32Array} queued the frame from which that holds
 * @property {Float64Array} until until when its task waited before it; then it was ready
 * @property {Float64Array} start
 * @property {Float64Array} end
 * @property {Int32Array} frame_kind
 * @property {Int32Array} frame_index
 * @property {Float64Array} frame_time
 * @property {Int32Array} told which of the `forms` its sentence has
 * @property {Int32Array} told_names what fills the holes that have no name, frame after frame
 * @property {Int32Array} iterations the frames with which the loop's iterations begin
 * @property {Int32Array} due_step
 * @property {Float64Array} due
 * @property {Int32Array} overdue_step
 * @property {Float64Array} overdue_from
 * @property {Float64Array} overdue_to
 * @property {Int32Array} pause_step inside which something took time away
 * @property {Float64Array} pause_start
 * @property {Float64Array} pause_end
 * @property {Int32Array} pause_reason
 * @property {Int32Array} held_step of which it is known at which line it held the loop
 * @property {Int32Array} held_place
 * @property {Int32Array} held_call
 * @property {Int32Array} blocking_step that held the loop for too long
 * @property {Float64Array} blocking_own
 * @property {Float64Array} blocking_real
 *
 * @typedef {object} Finding
 * @property {string} kind
 * @property {string} sentence
 * @property {string} help what to try, and where it is explained
 * @property {number} when
 * @property {number} task the first of those it is about, -1 for none
 *
 * @typedef {object} SharedThing
 * @property {string} name
 * @property {string} kind
 * @property {number[]} frames from which what is said holds
 * @property {string[]} told how full it is, who holds it, who waits
 *
 * @typedef {object} Recording
 * @property {string} title
 * @property {"real" | "virtual"} clock
 * @property {number} length
 * @property {boolean} complete
 * @property {boolean} stopped whether Stop ended it
 * @property {string[]} strings
 * @property {string[]} forms sentences with holes
 * @property {string[]} outside who, other than a step, may put a handle in the queue
 * @property {Place[]} places
 * @property {Record<string, string>} sources
 * @property {string[]} notes
 * @property {Finding[]} found what is wrong, the worst first
 * @property {string} foundRest how many more there are, in words
 * @property {SharedThing[]} shared what tasks share
 * @property {SignName[]} signs what occurs, in the legend's order
 * @property {SignName[]} signsInOrder the same on the axis of order
 * @property {Task[]} tasks
 * @property {Timer[]} timers
 * @property {Sleep[]} idle
 * @property {LeftOver[]} leftOver
 * @property {Row[]} rows
 * @property {Printed[]} output
 * @property {Columns} columns
 */

/** @typedef {Int8Array | Int32Array | Float64Array} Numbers */
const ARRAYS = { b: Int8Array, i: Int32Array, d: Float64Array };

/**
 * A recording from the bytes that travelled.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Recording>}
 */
export async function unpack(bytes) {
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const size = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const columns = columnsOf(head.columns, buffer, 4 + size);
  return { ...head, columns, ...recordsOf(columns, head.strings) };
}

/**
 * Columns by name. Most travel as differences, each from the number before it.
 * @param {[name: string, type: "i" | "d", length: number, way: "b" | "i" | "d" | ""][]} about
 * @param {ArrayBuffer} buffer
 * @param {number} at
 */
function columnsOf(about, buffer, at) {
  /** @type {Record<string, Numbers>} */
  const columns = {};
  for (const [name, type, length, way] of about) {
    at += (8 - (at % 8)) % 8;
    const sent = new ARRAYS[way || type](buffer, at, length);
    columns[name] = way ? summed(sent, new ARRAYS[type](length)) : sent;
    at += sent.byteLength;
  }
  return columns;
}

/**
 * @param {Numbers} differences
 * @param {Numbers} numbers filled here
 */
function summed(differences, numbers) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) numbers[i] = sum += differences[i];
  return numbers;
}

/**
 * The records that are few enough to be objects.
 * @param {Record<string, Numbers>} c
 * @param {string[]} strings
 */
function recordsOf(c, strings) {
  /** @type {(number: number) => number | null} */
  const known = (number) => (number < 0 ? null : number);
  const numbers = (/** @type {Numbers} */ column) => Array.from(column, (_, i) => i);
  return {
    rows: rowsOf(c, strings),
    tasks: numbers(c.task_name).map((id) => ({ id, name: strings[c.task_name[id]],
      parent: known(c.task_parent[id]),
      created: known(c.task_created[id]), createdFrame: c.task_created_frame[id],
      ended: known(c.task_ended[id]), outcome: strings[c.task_outcome[id]],
      exception: strings[c.task_exception[id]] ?? null, role: strings[c.task_role[id]],
      rested: c.task_rested[id], restedFrame: c.task_rested_frame[id] })),
    timers: numbers(c.timer_due).map((i) => ({ label: strings[c.timer_label[i]],
      setBy: strings[c.timer_set_by[i]], due: c.timer_due[i],
      step: c.timer_step[i],
      made: c.timer_made[i], madeFrame: c.timer_made_frame[i],
      until: c.timer_until[i], untilFrame: c.timer_until_frame[i] })),
    idle: numbers(c.idle_start).map((i) =>
      [c.idle_start[i], c.idle_end[i], known(c.idle_until[i]), strings[c.idle_woken_by[i]]]),
    leftOver: numbers(c.left_over).map((i) => ({ task: c.left_over[i],
      since: c.left_over_since[i], frame: c.left_over_frame[i] })),
  };
}

/**
 * The chart's rows.
 * @param {Record<string, Numbers>} c
 * @param {string[]} strings
 * @returns {Row[]}
 */
function rowsOf(c, strings) {
  const rows = Array.from(c.row_kind, (kind, i) => /** @type {Row} */ ({
    kind: strings[kind], label: strings[c.row_label[i]], id: c.row_task[i], depth: c.row_depth[i],
    ended: c.row_ended[i] < 0 ? null : c.row_ended[i], parts: [], steps: [] }));
  c.bar_row.forEach((row, i) => rows[row].parts.push(/** @type {Stretch} */ ({
    state: strings[c.bar_state[i]], start: c.bar_start[i], end: c.bar_end[i], step: c.bar_step[i],
    reason: strings[c.bar_text[i]] || null })));
  c.own_row.forEach((row, i) => rows[row].steps.push(c.own_step[i]));
  return rows;
}

/**
 * What is true of few steps, by step.
 * @template T
 * @param {Int32Array} steps
 * @param {(i: number) => T} value of the step there
 */
export function byStep(steps, value) {
  return new Map(Array.from(steps, (step, i) => [step, value(i)]));
}
