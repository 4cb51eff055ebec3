/** The body of a response that is read step by step. */
export class BegunStream {
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  constructor(response: Response) {
    if (response.body === null) throw new Error('the answer has no body')
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  /** Reads until a text has arrived. */
  async readUntil(text: string): Promise<void> {
    while (!this.#text.includes(text)) {
      if (!(await this.#read())) throw new Error(`the answer ended without ${text}: ${this.#text}`)
    }
  }

  /** Reads the rest; returns all text. */
  async readToEnd(): Promise<string> {
    while (await this.#read());
    return this.#text
  }

  async #read(): Promise<boolean> {
    const { done, value } = await this.#reader.read()
    this.#text += value ?? ''
    return !done
  }
}
