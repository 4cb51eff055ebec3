import type { SkillPageRequest } from '../../skills/skill.ts'
import type { ApiRules } from '../api-rules.ts'
import { DEFAULT_PAGE_LIMIT, readPageLimit } from '../page-limit.ts'

/** Which skills are listed; `isEmpty` where only those of others are asked for. */
export interface SkillListParams extends SkillPageRequest {
  readonly isEmpty: boolean
}

/** Reads `limit`, `page` and `source`. @throws CompletionError `invalid-request` */
export function readSkillListParams(
  query: URLSearchParams,
  { lenientPaging }: Pick<ApiRules, 'lenientPaging'>,
): SkillListParams {
  const source = query.get('source') ?? 'custom'
  const isDefault = lenientPaging && query.get('limit') === '0'
  return {
    limit: isDefault ? DEFAULT_PAGE_LIMIT : readPageLimit(query),
    page: query.get('page') ?? undefined,
    acceptsAnyCursor: lenientPaging,
    isEmpty: source !== 'custom',
  }
}
