// What packing.py packed, unpacked: records from the head, and columns of numbers.
//
// The types say what travels. All times are nanoseconds; a frame is the number of one of the
// recording's moments. In columns -1 stands for "none".

/**
 * @typedef {"returned" | "raised" | "cancelled" | "pending"} Outcome
 * @typedef {[source: string, line: number]} Place
 *
 * @typedef {object} Task
 * @property {number} id
 * @property {string} name
 * @property {string} coroutine
 * @property {number | null} parent
 * @property {number | null} created
 * @property {number} createdFrame
 * @property {number | null} ended
 * @property {Outcome} outcome
 * @property {string | null} exception
 * @property {number | null} queued when it went into the queue that it never left
 * @property {number} queuedFrame
 * @property {string} role "recording" for the task that entered the recording
 * @property {boolean} entered
 *
 * @typedef {object} Timer
 * @property {string} label
 * @property {number} made
 * @property {number} due
 * @property {number | null} queued
 * @property {number | null} cancelled
 * @property {number} madeFrame
 * @property {number} queuedFrame
 * @property {number} cancelledFrame
 * @property {string} setBy
 *
 * @typedef {[start: number, end: number, until: number | null]} Sleep
 * @typedef {[time: number, frame: number, text: string, stream: string]} Printed
 *
 * @typedef {object} Columns
 * @property {Int32Array} task
 * @property {Int8Array} kind
 * @property {Int32Array} label
 * @property {Int32Array} inside
 * @property {Int32Array} woken_by
 * @property {Int32Array} waiting_for
 * @property {Int32Array} resumed
 * @property {Int32Array} suspended
 * @property {Float64Array} ready
 * @property {Float64Array} start
 * @property {Float64Array} end
 * @property {Float64Array} real
 * @property {Int32Array} queued the frame from which a step's handle is in the queue
 * @property {Int32Array} due_step
 * @property {Float64Array} due
 * @property {Int8Array} frame_kind
 * @property {Int32Array} frame_index
 * @property {Float64Array} frame_time
 * @property {Int32Array} overdue_step
 * @property {Float64Array} overdue_from
 * @property {Float64Array} overdue_to
 *
 * @typedef {object} Recording
 * @property {string} title
 * @property {"real" | "virtual"} clock
 * @property {number} length
 * @property {boolean} complete
 * @property {string[]} strings
 * @property {Place[]} places
 * @property {Record<string, string>} sources
 * @property {string[]} notes
 * @property {Task[]} tasks
 * @property {Timer[]} timers
 * @property {Sleep[]} idle
 * @property {Printed[]} output
 * @property {Columns} columns
 */

/** @typedef {Int8ArrayConstructor | Int32ArrayConstructor | Float64ArrayConstructor} ArrayType */
/** @type {Record<string, ArrayType>} */
const ARRAYS = { b: Int8Array, i: Int32Array, d: Float64Array };

const TASK = ["name", "coroutine", "parent", "created", "createdFrame", "ended", "outcome",
  "exception", "queued", "queuedFrame", "role", "entered"];
const TIMER = ["label", "made", "due", "queued", "cancelled", "madeFrame", "queuedFrame",
  "cancelledFrame", "setBy"];

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
  /** @type {Record<string, Int8Array | Int32Array | Float64Array>} */
  const columns = {};
  let at = 4 + size;
  for (const [name, type, length] of head.columns) {
    at += (8 - (at % 8)) % 8;
    const column = new ARRAYS[type](buffer, at, length);
    columns[name] = column;
    at += column.byteLength;
  }
  return {
    ...head,
    tasks: head.tasks.map((/** @type {unknown[]} */ row, /** @type {number} */ id) =>
      ({ id, ...record(TASK, row) })),
    timers: head.timers.map((/** @type {unknown[]} */ row) => record(TIMER, row)),
    columns,
  };
}

/**
 * A row by the names of its columns.
 * @param {string[]} names
 * @param {unknown[]} row
 */
const record = (names, row) => Object.fromEntries(names.map((name, i) => [name, row[i]]));
