import { ContinuoError } from './continuo-error.ts'
import type { ModelInfo, ModelListParams } from './model-info.ts'

/** A page of models as it comes over the wire. */
export interface ModelInfosPageFields {
  data: ModelInfo[]
  has_more: boolean
  first_id: string | null
  last_id: string | null
}

/**
 * One page of models, newest release first. A loop over it continues through all following pages.
 *
 * @see the API's reference, Models: list
 */
export class ModelInfosPage implements AsyncIterable<ModelInfo> {
  /** The models of this page. */
  readonly data: ModelInfo[]
  /** Whether there are more models in the direction that was asked for. */
  readonly has_more: boolean
  /** The id of the first model of this page; null if it is empty. */
  readonly first_id: string | null
  /** The id of the last model of this page; null if it is empty. */
  readonly last_id: string | null
  readonly #params: ModelListParams
  readonly #fetchPage: (params: ModelListParams) => Promise<ModelInfosPage>

  /**
   * @param params what this page was asked for with
   * @param fetchPage asks for another
   */
  constructor(
    fields: ModelInfosPageFields,
    params: ModelListParams,
    fetchPage: (params: ModelListParams) => Promise<ModelInfosPage>,
  ) {
    this.data = fields.data ?? []
    this.has_more = fields.has_more ?? false
    this.first_id = fields.first_id ?? null
    this.last_id = fields.last_id ?? null
    this.#params = params
    this.#fetchPage = fetchPage
  }

  /** Whether `getNextPage()` has one to give. */
  hasNextPage(): boolean {
    return this.#nextParams() !== undefined
  }

  /**
   * The page after this one; before it, if the list was asked for with `before_id`.
   *
   * @throws ContinuoError when there is none
   * @throws APIError when the request fails
   */
  async getNextPage(): Promise<ModelInfosPage> {
    const params = this.#nextParams()
    if (params === undefined) throw new ContinuoError('There is no next page; ask hasNextPage() first.')
    return this.#fetchPage(params)
  }

  /** This page and all after it. */
  async *iterPages(): AsyncGenerator<ModelInfosPage, void, undefined> {
    let page: ModelInfosPage = this
    yield page
    while (page.hasNextPage()) {
      page = await page.getNextPage()
      yield page
    }
  }

  /** The models of this page and of all after it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ModelInfo, void, undefined> {
    for await (const page of this.iterPages()) yield* page.data
  }

  #nextParams(): ModelListParams | undefined {
    const { before_id, after_id, ...others } = this.#params
    const [cursor, previous] = before_id === undefined ? [this.last_id, after_id] : [this.first_id, before_id]
    // A server whose cursor does not move would be asked for ever.
    if (!this.has_more || this.data.length === 0 || cursor === null || cursor === previous) return undefined
    return before_id === undefined ? { ...others, after_id: cursor } : { ...others, before_id: cursor }
  }
}
