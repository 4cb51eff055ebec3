/** An engine that cannot serve its model. The message is one line that says what is wrong and what to do. */
export class EngineLoadError extends Error {
  override readonly name = 'EngineLoadError'
}
