/** Ends a program quietly when what reads its output ends, as `head` does when it has seen enough. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

export {}
