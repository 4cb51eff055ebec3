import type { LoadingEvents } from '../open-continuo.ts'

const STEPS = { model: 'loading the model', measurement: 'measuring the best settings' }

/** Shows on a terminal what a loading engine does, on one line that is wiped at the end; elsewhere nothing. */
export class LoadingLine {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  get events(): LoadingEvents {
    return { onLoading: (engine, step) => this.#show(`${engine}: ${STEPS[step]} …`) }
  }

  clear(): void {
    this.#show('')
  }

  #show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[2K${text}`)
  }
}
