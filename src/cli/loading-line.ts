import type { LoadingEvents, LoadingProgress } from '../open-continuo.ts'

type TerminalStream = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown }

/** Shows the progress of loading on one line of a terminal, which is erased at the end. Shows nothing elsewhere. */
export class LoadingLine {
  readonly #stream: TerminalStream

  constructor(stream: TerminalStream) {
    this.#stream = stream
  }

  get events(): LoadingEvents {
    return { onLoading: (engine, progress) => this.#show(`${engine}: ${describe(progress)}`) }
  }

  clear(): void {
    this.#show('')
  }

  #show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[2K${text}`)
  }
}

function describe(progress: LoadingProgress): string {
  if (progress.step === 'measurement') return 'measuring the best settings …'
  return `loading the model … ${Math.round(progress.share * 100)} %`
}
