#!/usr/bin/env node
// Starts the binary for this machine and passes arguments, streams, signals and exit status through.
'use strict';

const { spawn } = require('node:child_process');

const PASSED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];

function fail(message) {
  console.error(`wasi-aot: ${message}`);
  process.exit(1);
}

function binary() {
  const name = `@wasi-aot/${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/wasi-aot`);
  } catch {
    return fail(
      `the package ${name} is not installed. There is one for Linux on x64 and on arm64; npm leaves it out ` +
        'with --omit=optional or --no-optional'
    );
  }
}

const child = spawn(binary(), process.argv.slice(2), { stdio: 'inherit' });
child.on('error', (error) => fail(error.message));
for (const signal of PASSED) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (status, signal) => {
  if (signal === null) {
    process.exit(status);
  }
  // The parent sees the same end as if it had started the binary itself.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
