// Set up before each file: a worker must not outlive the runner that started it, which may have been killed.
process.removeAllListeners('disconnect').once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
