import { elementToolCallParser } from './element-tool-calls.ts'
import { jsonToolCallParser } from './json-tool-calls.ts'
import { NAMED_CALL_PARSERS } from './named-call-parsers.ts'
import { namedToolCallParser } from './named-tool-calls.ts'
import { parameterToolCallParser } from './parameter-tool-calls.ts'
import { pythonToolCallParser } from './python-tool-calls.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/** What models of other families write between `<tool_call>` tags, too. */
const HERMES = {
  name: 'hermes',
  startTag: '<tool_call>',
  endTag: '</tool_call>',
  multipleCalls: 'repeat',
  inputKey: 'arguments',
  padding: '\n',
} as const
const QWEN_CODER = {
  name: 'qwen3-coder',
  startTag: '<tool_call>',
  endTag: '</tool_call>',
  tool: { beforeName: '<function=', afterName: '>', endTag: '</function>' },
  parameter: { beforeName: '<parameter=', afterName: '>', endTag: '</parameter>' },
  padding: '\n',
  holdsSeveral: false,
  evidence: ['<parameter='],
} as const
const JSON_IN_TAGS = jsonToolCallParser(HERMES)
const NAME_IN_TAGS = {
  section: null,
  startTag: '<tool_call>',
  endTag: '</tool_call>',
  beforeName: '',
  afterName: '\n',
  afterInput: '',
  separator: '\n',
  headerTokens: [],
} as const
const NAMES_BEFORE_JSON = [
  namedToolCallParser({ ...NAME_IN_TAGS, name: 'name-json', header: /^\s*([\w.-]+)\s*$/ }),
  namedToolCallParser({
    ...NAME_IN_TAGS,
    name: 'element-json',
    section: { startTag: '<tool_call>', endTag: '</tool_call>' },
    startTag: '<function=',
    endTag: '</function>',
    header: /^([\w.-]+)>\s*$/,
  }),
]
const ELEMENTS_IN_TAGS = parameterToolCallParser(QWEN_CODER)

/** The format for models whose template has none of its own: that of Hermes and Qwen. */
export const GENERIC_TOOL_CALLS = jsonToolCallParser({
  ...HERMES,
  alternatives: [ELEMENTS_IN_TAGS, ...NAMES_BEFORE_JSON],
})

const GLM = {
  startTag: '<tool_call>',
  endTag: '</tool_call>',
  tool: { beforeName: '', afterName: '', endTag: null },
  padding: '',
  holdsSeveral: false,
  otherAfterNames: ['</arg_key>\n<arg_value>', '</arg_key><arg_value>', '</arg_key> <arg_value>'],
  alternatives: [JSON_IN_TAGS, ELEMENTS_IN_TAGS, ...NAMES_BEFORE_JSON],
  evidence: ['<arg_key>'],
} as const

/** Of the parsers that understand what a template writes, the first is chosen: narrower formats come first. */
export const TOOL_CALL_PARSERS: readonly ToolCallParser[] = [
  parameterToolCallParser({
    ...QWEN_CODER,
    name: 'seed',
    startTag: '<seed:tool_call>',
    endTag: '</seed:tool_call>',
    padding: '',
    evidence: ['<seed:tool_call>'],
  }),
  parameterToolCallParser({ ...QWEN_CODER, alternatives: [JSON_IN_TAGS, ...NAMES_BEFORE_JSON] }),
  parameterToolCallParser({
    ...GLM,
    name: 'glm',
    parameter: { beforeName: '<arg_key>', afterName: '</arg_key>\n<arg_value>', endTag: '</arg_value>' },
  }),
  parameterToolCallParser({
    ...GLM,
    name: 'glm-flat',
    parameter: { beforeName: '<arg_key>', afterName: '</arg_key><arg_value>', endTag: '</arg_value>' },
    lineBreak: '',
  }),
  parameterToolCallParser({
    name: 'hunyuan',
    startTag: '<tool_calls:opensource>',
    endTag: '</tool_calls:opensource>',
    tool: {
      beforeName: '<tool_call:opensource>',
      afterName: '<tool_sep:opensource>',
      endTag: '</tool_call:opensource>',
    },
    parameter: {
      beforeName: '<arg_key:opensource>',
      afterName: '</arg_key:opensource>\n<arg_value:opensource>',
      endTag: '</arg_value:opensource>',
    },
    padding: '',
    holdsSeveral: true,
  }),
  parameterToolCallParser({
    name: 'minicpm',
    startTag: null,
    endTag: '',
    tool: { beforeName: '<function name="', afterName: '">', endTag: '</function>' },
    parameter: { beforeName: '<param name="', afterName: '">', endTag: '</param>' },
    padding: '',
    lineBreak: '',
    holdsSeveral: true,
    quote: { startTag: '<![CDATA[', endTag: ']]>' },
  }),
  parameterToolCallParser({
    name: 'kimi-k3',
    startTag: '<|open|>tools<|sep|>',
    endTag: '<|close|>tools<|sep|>',
    tool: {
      beforeName: '<|open|>call tool="',
      afterName: '" index="{number}"<|sep|>',
      attributes: { nameEnd: '"', end: '<|sep|>' },
      endTag: '<|close|>call<|sep|>',
    },
    parameter: {
      beforeName: '<|open|>argument key="',
      afterName: '" type="{type}"<|sep|>',
      afterStringName: '" type="string"<|sep|>',
      attributes: { nameEnd: '"', end: '<|sep|>' },
      endTag: '<|close|>argument<|sep|>',
    },
    padding: '',
    lineBreak: '',
    holdsSeveral: true,
  }),
  parameterToolCallParser({
    name: 'minimax',
    startTag: '<minimax:tool_call>',
    endTag: '</minimax:tool_call>',
    tool: { beforeName: '<invoke name="', afterName: '">', endTag: '</invoke>' },
    parameter: { beforeName: '<parameter name="', afterName: '">', endTag: '</parameter>' },
    padding: '',
    holdsSeveral: true,
  }),
  ...['function_calls', 'tool_calls'].map((section) =>
    parameterToolCallParser({
      name: section === 'tool_calls' ? 'deepseek-v4' : 'deepseek-v3.2',
      startTag: `<｜DSML｜${section}>`,
      endTag: `</｜DSML｜${section}>`,
      tool: { beforeName: '<｜DSML｜invoke name="', afterName: '">', endTag: '</｜DSML｜invoke>' },
      parameter: {
        beforeName: '<｜DSML｜parameter name="',
        afterName: '" string="false">',
        afterStringName: '" string="true">',
        endTag: '</｜DSML｜parameter>',
      },
      otherAfterNames: ['">'],
      padding: '',
      holdsSeveral: true,
    }),
  ),
  ...NAMED_CALL_PARSERS,
  elementToolCallParser({
    name: 'minimax-m3',
    tagStart: ']<]minimax[>[',
    section: 'tool_call',
    beforeName: '<invoke name="',
    afterName: '">',
    endOfTool: '</invoke>',
  }),
  pythonToolCallParser({
    name: 'lfm2',
    startTag: '<|tool_call_start|>',
    endTag: '<|tool_call_end|>',
    isList: true,
    evidence: ['<|tool_list_start|>', 'List of tools: ['],
  }),
  pythonToolCallParser({
    name: 'olmo',
    startTag: '<function_calls>',
    endTag: '</function_calls>',
    isList: false,
  }),
  jsonToolCallParser({
    name: 'apertus',
    startTag: '<|tools_prefix|>',
    endTag: '<|tools_suffix|>',
    multipleCalls: 'list',
    inputKey: 'arguments',
    nameIsKey: true,
  }),
  jsonToolCallParser({
    name: 'gigachat',
    startTag: '<|message_sep|>\n\nfunction call<|role_sep|>\n',
    endTag: null,
    multipleCalls: null,
    inputKey: 'arguments',
  }),
  jsonToolCallParser({
    name: 'gigachat-token',
    startTag: '<|function_call|>',
    endTag: null,
    multipleCalls: null,
    inputKey: 'arguments',
  }),
  jsonToolCallParser({
    name: 'phi4',
    startTag: '<|tool_call|>',
    endTag: '<|/tool_call|>',
    otherStartTags: ['functools'],
    multipleCalls: 'list',
    inputKey: 'arguments',
    evidence: ['<|tool|>'],
  }),
  jsonToolCallParser({
    name: 'granite',
    startTag: '<|tool_call|>',
    endTag: null,
    multipleCalls: 'list',
    inputKey: 'arguments',
  }),
  jsonToolCallParser({
    name: 'command-r-plus',
    startTag: 'Action:\n```json\n',
    endTag: '```',
    otherStartTags: ['Action: ```json\n', 'Action:```json\n'],
    multipleCalls: 'list',
    nameKey: 'tool_name',
    inputKey: 'parameters',
  }),
  jsonToolCallParser({
    name: 'functools',
    startTag: 'functools',
    endTag: null,
    multipleCalls: 'list',
    inputKey: 'arguments',
  }),
  jsonToolCallParser({
    name: 'mistral-list',
    startTag: '[TOOL_CALLS]',
    endTag: null,
    multipleCalls: 'list',
    inputKey: 'arguments',
    lastKey: 'id',
  }),
  jsonToolCallParser({
    name: 'command',
    startTag: '<|START_ACTION|>',
    endTag: '<|END_ACTION|>',
    multipleCalls: 'list',
    nameKey: 'tool_name',
    inputKey: 'parameters',
    firstKey: 'tool_call_id',
  }),
  jsonToolCallParser({
    name: 'nemotron',
    startTag: '<TOOLCALL>',
    endTag: '</TOOLCALL>',
    multipleCalls: 'list',
    inputKey: 'arguments',
  }),
  jsonToolCallParser({
    name: 'apriel',
    startTag: '<tool_calls>',
    endTag: '</tool_calls>',
    multipleCalls: 'list',
    inputKey: 'arguments',
  }),
  GENERIC_TOOL_CALLS,
  jsonToolCallParser({
    name: 'llama3',
    startTag: null,
    endTag: null,
    otherStartTags: ['<|python_tag|>'],
    multipleCalls: null,
    inputKey: 'parameters',
  }),
]
