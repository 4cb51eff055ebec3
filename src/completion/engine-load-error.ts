/** The engine cannot serve this model: the message is one line that says what is wrong and what to do. */
export class EngineLoadError extends Error {
  override readonly name = 'EngineLoadError'
}
