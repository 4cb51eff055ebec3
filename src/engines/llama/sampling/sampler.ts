/** Samples the tokens of one request. Free it when the request ends. */
export interface Sampler {
  /**
   * Samples a token from logits of the batch that was decoded last.
   *
   * @param logitsIndex the index in that batch of the token whose logits are used
   */
  sample(logitsIndex: number): number
  free(): void
}
