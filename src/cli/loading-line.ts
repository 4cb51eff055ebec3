import type { LoadingEvents, LoadingProgress } from '../open-continuo.ts'

/** Shows on a terminal what a loading engine does, on one line that is wiped at the end; elsewhere nothing. */
export class LoadingLine {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
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
