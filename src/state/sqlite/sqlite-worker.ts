import { parentPort, workerData } from 'node:worker_threads'
import { SqliteConnection } from './sqlite-connection.ts'
import { sqliteErrorCode, sqliteErrorText } from './sqlite-error.ts'
import type { StatementMessage, ThreadMessage, ThreadSettings } from './statement-message.ts'

/** The thread that owns one connection. Its statements run in the order in which they come. */
function runThread(settings: ThreadSettings): void {
  const connection = openConnection(settings)
  if (connection === null) return
  send({ kind: 'open' })
  parentPort?.on('message', (message: StatementMessage | 'close') => {
    if (message === 'close') {
      connection.close()
      parentPort?.close()
      return
    }
    try {
      send({ kind: 'result', id: message.id, result: connection.execute(message) })
    } catch (error) {
      const endsTransaction = message.isDurable === null && !connection.isInTransaction()
      sendError(message.id, error, endsTransaction)
    }
  })
}

function openConnection(settings: ThreadSettings): SqliteConnection | null {
  try {
    return new SqliteConnection(settings)
  } catch (error) {
    sendError(null, error)
    return null
  }
}

function sendError(id: number | null, error: unknown, endsTransaction = false): void {
  send({ kind: 'error', id, code: sqliteErrorCode(error), text: sqliteErrorText(error), endsTransaction })
}

function send(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}

runThread(workerData as ThreadSettings)
