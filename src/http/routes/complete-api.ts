import type { ModelCatalog } from '../../models/model-catalog.ts'
import type { ApiVersion } from '../../wire/api-version.ts'
import {
  type CompleteParams,
  type CompleteParamsRules,
  parseCompleteParams,
} from '../../wire/complete/complete-params.ts'
import { newCompletionIdentity } from '../../wire/complete/complete-response.ts'
import { completeResponseFormat } from '../../wire/complete/complete-response-format.ts'
import { readApiHeaders } from '../read-api-headers.ts'
import { readJsonBody } from '../read-json-body.ts'
import type { CompletionApi } from './completion-route.ts'

/** What `/v1/complete` is read with. */
export interface CompleteApiDependencies {
  readonly catalog: ModelCatalog
  readonly rules: CompleteParamsRules & { readonly refuseUnknownBetas: boolean }
}

/** `POST /v1/complete`. */
export function completeApi({
  catalog,
  rules,
}: CompleteApiDependencies): CompletionApi<CompleteParams & { readonly version: ApiVersion }> {
  return {
    name: 'text-completions',
    async parse(context) {
      const { version } = readApiHeaders(context.request.headers, rules)
      const body = await readJsonBody(context)
      return { ...parseCompleteParams(body, { version, catalog, rules }), version }
    },
    format: ({ version, request }) => completeResponseFormat(newCompletionIdentity(version, request.modelId)),
  }
}
