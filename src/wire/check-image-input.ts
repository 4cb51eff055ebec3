import { invalidRequest } from './body-schema.ts'
import type { ImageReading } from './image-reading.ts'

/**
 * Refuses a picture for a model that does not see.
 *
 * @param place of the picture
 * @throws CompletionError `invalid-request`
 */
export function checkImageInput(place: string, { capabilities, modelId }: ImageReading): void {
  if (capabilities().images) return
  throw invalidRequest(`${place}: Image input is not supported by model '${modelId}'.`)
}
