// node componentize.mjs hello.js WIT OUT: makes a component of the script with ComponentizeJS 0.23.
import { componentize } from "@bytecodealliance/componentize-js";
import { writeFile } from "node:fs/promises";

const [sourcePath, witPath, out] = process.argv.slice(2);
const { component } = await componentize({ sourcePath, witPath, worldName: "hello" });
await writeFile(out, component);
