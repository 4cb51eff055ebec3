import * as z from 'zod'
import type {
  DataResidency,
  NewWorkspace,
  WorkspaceChange,
  WorkspaceFilter,
} from '../../accounts/workspace.ts'
import {
  anyObject,
  checkBody,
  dictionary,
  invalidRequest,
  lineUpTo,
  listOf,
  nameUpTo,
  oneOf,
  string,
} from '../body-schema.ts'
import type { AdminRules } from './admin-rules.ts'
import { readFlag, readValues } from './read-query.ts'

/** @see the Admin API's reference, "Create Workspace" */
const MAX_NAME_CHARACTERS = 255
/** The API names no limits for tags. */
const MAX_TAGS = 50
const MAX_TAG_NAME_CHARACTERS = 128
const MAX_TAG_VALUE_CHARACTERS = 256
const MAX_ID_CHARACTERS = 256

const NAME = nameUpTo(MAX_NAME_CHARACTERS)
const COLOR = string.regex(/^#[0-9A-Fa-f]{6}$/, "String should match pattern '^#[0-9A-Fa-f]{6}$'")
const GEO = oneOf(['global', 'us'])
const ID = lineUpTo(MAX_ID_CHARACTERS)
const TAG_NAME = nameUpTo(MAX_TAG_NAME_CHARACTERS).refine(
  (name) => !name.toLowerCase().startsWith('anthropic'),
  "Tag keys may not begin with 'anthropic'",
)
const TAG_VALUE = lineUpTo(MAX_TAG_VALUE_CHARACTERS)

/** Keys with values of one kind; the names are those of the client. */
function tagsOf<Value extends z.ZodType>(value: Value) {
  return anyObject.transform((tags, { addIssue }): Record<string, z.infer<Value>> => {
    const entries = Object.entries(tags)
    if (entries.length > MAX_TAGS) {
      addIssue({ code: 'custom', message: `Dictionary should have at most ${MAX_TAGS} items` })
      return z.NEVER
    }
    const checked: [string, z.infer<Value>][] = []
    for (const [name, tag] of entries) {
      const [checkedName, checkedTag] = [TAG_NAME.safeParse(name), value.safeParse(tag)]
      const failed = [checkedName, checkedTag].find(({ success }) => !success)
      if (failed !== undefined) {
        const message = failed.error?.issues[0]?.message
        addIssue({ code: 'custom', message, path: [name.slice(0, MAX_TAG_NAME_CHARACTERS)] })
        return z.NEVER
      }
      checked.push([name, checkedTag.data as z.infer<Value>])
    }
    // Not by assignment, which takes `__proto__` for something else.
    return Object.fromEntries(checked)
  })
}

const RESIDENCY_CHANGE = {
  allowed_inference_geos: z
    .union([z.literal('unrestricted'), listOf(GEO, 2)], {
      error: "Input should be 'unrestricted' or a list of 'global' and 'us'",
    })
    .nullish(),
  default_inference_geo: GEO.nullish(),
}
const NEW_RESIDENCY = z.strictObject(
  { ...RESIDENCY_CHANGE, workspace_geo: oneOf(['us']).nullish() },
  { error: dictionary },
)

const CREATE = z.strictObject(
  {
    name: NAME,
    display_color: COLOR.nullish(),
    tags: tagsOf(TAG_VALUE).nullish(),
    data_residency: NEW_RESIDENCY.nullish(),
    external_key_id: ID.nullish(),
    user_profile_id: ID.nullish(),
    inference_data_privacy: anyObject.nullish(),
  },
  { error: dictionary },
)
const UPDATE = z.strictObject(
  {
    name: NAME.nullish(),
    display_color: COLOR.nullish(),
    tags: tagsOf(TAG_VALUE.nullable()).nullish(),
    data_residency: z.strictObject(RESIDENCY_CHANGE, { error: dictionary }).nullish(),
    external_key_id: ID.nullish(),
    user_profile_id: ID.nullish(),
    inference_data_privacy: anyObject.nullish(),
  },
  { error: dictionary },
)

/** Reads the body of `POST /v1/organizations/workspaces`. */
export function parseNewWorkspace(body: object, rules: AdminRules): NewWorkspace {
  const { name, tags, ...rest } = checkBody(body, CREATE)
  return { name, tags: tags ?? undefined, ...readRest(rest, rules) }
}

/** Reads the body of `POST /v1/organizations/workspaces/{id}`. What it does not name stays. */
export function parseWorkspaceChange(body: object, rules: AdminRules): WorkspaceChange {
  const { name, tags, ...rest } = checkBody(body, UPDATE)
  return { name: name ?? undefined, tags: tags ?? undefined, ...readRest(rest, rules) }
}

interface WireWorkspace {
  readonly display_color?: string | null | undefined
  readonly data_residency?: z.infer<typeof NEW_RESIDENCY> | null | undefined
  readonly external_key_id?: string | null | undefined
  readonly user_profile_id?: string | null | undefined
  /** Of the beta: who may read what models were asked. Here it is not kept. */
  readonly inference_data_privacy?: object | null | undefined
}

function readRest(body: WireWorkspace, { lenientAccounts }: AdminRules) {
  const { display_color: color, data_residency: residency, ...unsupported } = body
  for (const [name, value] of Object.entries(unsupported)) {
    if (value != null && !lenientAccounts)
      throw invalidRequest(`${name}: this server has no external keys, user profiles or settings of privacy`)
  }
  return {
    displayColor: color ?? undefined,
    dataResidency: residency == null ? undefined : readResidency(residency),
    externalKeyId: unsupported.external_key_id ?? undefined,
    userProfileId: unsupported.user_profile_id ?? undefined,
  }
}

function readResidency(residency: z.infer<typeof NEW_RESIDENCY>): Partial<DataResidency> {
  const {
    allowed_inference_geos: allowed,
    default_inference_geo: byDefault,
    workspace_geo: workspaceGeo,
  } = residency
  return {
    ...(allowed == null ? {} : { allowedInferenceGeos: allowed }),
    ...(byDefault == null ? {} : { defaultInferenceGeo: byDefault }),
    ...(workspaceGeo == null ? {} : { workspaceGeo }),
  }
}

/** Reads the filters of `GET /v1/organizations/workspaces`. */
export function readWorkspaceFilter(query: URLSearchParams): WorkspaceFilter {
  return {
    ids: readValues(query, 'ids'),
    includesArchived: readFlag(query, 'include_archived'),
    includesDefault: readFlag(query, 'include_default'),
  }
}
