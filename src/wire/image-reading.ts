/** What a picture is read with, by whatever API it comes. */
export interface ImageReading {
  /** The resolved id of the model that will answer. */
  readonly modelId: string
  /** @throws CompletionError `overloaded` while the model is loading */
  readonly capabilities: () => { readonly images: boolean }
  readonly rules: {
    /** Lets pictures be given by their address, which the model's own server fetches then. */
    readonly allowImageUrls: boolean
  }
}
