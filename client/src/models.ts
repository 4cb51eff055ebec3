import { type APIPromise, apiPromise } from './api-promise.ts'
import { ContinuoError } from './continuo-error.ts'
import type { ModelInfo, ModelListParams } from './model-info.ts'
import { ModelInfosPage, type ModelInfosPageFields } from './model-infos-page.ts'
import { readJson } from './read-json.ts'
import type { RequestOptions } from './request-options.ts'
import type { SendRequest, UnreadResponse } from './unread-response.ts'

/** The promise of the first page; a loop over it goes through the models of all pages. */
export interface ModelInfosPagePromise extends APIPromise<ModelInfosPage>, AsyncIterable<ModelInfo> {}

const HEADERS = { accept: 'application/json' }

/** `client.models`. */
export class Models {
  readonly #send: SendRequest

  /** @param send reaches the server */
  constructor(send: SendRequest) {
    this.#send = send
  }

  /**
   * The models that the server offers, newest release first.
   *
   * @example
   * for await (const model of client.models.list()) console.log(model.id)
   * @throws BadRequestError when a value is not allowed; else as `completions.create` does
   * @see the API's reference, Models: list
   */
  list(params: ModelListParams = {}, options: RequestOptions = {}): ModelInfosPagePromise {
    const path = `/v1/models${queryOf(params)}`
    const unread = this.#send({ method: 'GET', path, headers: HEADERS, options })
    const page = apiPromise(unread, async (response) => {
      const fields = await readJson<ModelInfosPageFields>(response)
      return new ModelInfosPage(fields, params, (nextParams) => this.list(nextParams, options))
    })
    return Object.assign(page, {
      async *[Symbol.asyncIterator]() {
        yield* await page
      },
    })
  }

  /**
   * One model, by its id or an alias of it.
   *
   * @throws ContinuoError when the id is empty or a dot
   * @throws NotFoundError when the server does not serve it; else as `completions.create` does
   * @see the API's reference, Models: retrieve
   */
  retrieve(modelId: string, options: RequestOptions = {}): APIPromise<ModelInfo> {
    return apiPromise(this.#sendRetrieve(modelId, options), readJson<ModelInfo>)
  }

  async #sendRetrieve(modelId: string, options: RequestOptions): Promise<UnreadResponse> {
    // These would be resolved away in the URL and ask for the list or for something else.
    if (['', '.', '..'].includes(modelId))
      throw new ContinuoError(`There is no model id ${JSON.stringify(modelId)}.`)
    return this.#send({
      method: 'GET',
      path: `/v1/models/${encodeURIComponent(modelId)}`,
      headers: HEADERS,
      options,
    })
  }
}

function queryOf(params: ModelListParams): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null) query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
