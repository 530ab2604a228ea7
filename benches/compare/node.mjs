// Runs a module in V8 with node's WASI: the first argument is the module, the others are its own.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const wasi = new WASI({ version: "preview1", args: process.argv.slice(2), returnOnExit: false });
const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
// node's WASI loses what it works on in a collection unless it is held here.
globalThis.held = { wasi, instance, memory: instance.exports.memory };
wasi.start(instance);
