/** Counts checks, and prints a line for each. */
export class ProofReport {
  #passed = 0
  #failed = 0

  get hasFailures(): boolean {
    return this.#failed > 0
  }

  passed(client: string, check: string): void {
    this.#passed += 1
    this.#print('ok', client, check)
  }

  failed(client: string, check: string, reason: string): void {
    this.#failed += 1
    this.#print('FAIL', client, check, reason)
  }

  /** Reports a check that this machine cannot run, and that may be skipped. */
  skipped(client: string, check: string, reason: string): void {
    this.#print('skip', client, check, reason)
  }

  /** Reports information. */
  note(client: string, text: string): void {
    this.#print('', client, text)
  }

  /** The last line of the output. */
  summary(): string {
    return `${this.#passed} passed, ${this.#failed} failed`
  }

  #print(outcome: string, client: string, text: string, reason?: string): void {
    const line = `${outcome.padEnd(4)} ${client.padEnd(18)} ${text}`
    process.stdout.write(reason === undefined ? `${line}\n` : `${line}: ${reason}\n`)
  }
}
