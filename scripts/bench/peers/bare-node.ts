/** Node alone: answers one line as soon as it can, and then idles. */
process.stdin.once('data', () => {
  process.stdout.write('answered\n');
});
