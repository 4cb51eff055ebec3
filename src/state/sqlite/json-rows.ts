/** The parameters of many runs of one statement, as JSON: they go to the thread as they are. */
export class JsonRows {
  readonly json: string

  constructor(json: string) {
    this.json = json
  }
}
