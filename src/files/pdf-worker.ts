import { parentPort, workerData } from 'node:worker_threads'
import { getDocumentProxy } from 'unpdf'
import type { PdfErrorCode } from './pdf-error.ts'
import type { PdfMessage, PdfTask } from './pdf-message.ts'

/** Reads the pages of a PDF, in a thread that may hang or run out of memory. */
async function readPages(bytes: Uint8Array, { maxPages, maxTextUnits }: PdfTask): Promise<PdfMessage> {
  const pdf = await getDocumentProxy(bytes, {
    // Only text is read: nothing is rendered, run, fetched or looked up on this machine.
    useSystemFonts: false,
    disableFontFace: true,
    useWasm: false,
    useWorkerFetch: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: 1,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  })
  if (pdf.numPages > maxPages) return failed('too-many-pages', `it has ${pdf.numPages} pages`)
  let units = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent({ includeMarkedContent: false, disableNormalization: false })
    const pieces: string[] = []
    for (const item of items) {
      if (!('str' in item)) continue
      units += item.str.length + 1
      if (units > maxTextUnits)
        return failed('too-costly', `its text is longer than ${maxTextUnits} characters`)
      pieces.push(item.str, item.hasEOL ? '\n' : '')
    }
    send({ type: 'page', text: pieces.join('') })
    page.cleanup()
  }
  return { type: 'end' }
}

function failed(code: PdfErrorCode, message: string): PdfMessage {
  return { type: 'failed', code, message }
}

function send(message: PdfMessage): void {
  parentPort?.postMessage(message)
}

const { bytes, task } = workerData as { readonly bytes: Uint8Array; readonly task: PdfTask }
readPages(bytes, task).then(send, (error: Error) => {
  const code = error.name === 'PasswordException' ? 'password-protected' : 'invalid'
  send(failed(code, error.name))
})
