/**
 * Chat templates in the styles of the known model families, written for the tests: each is as short as the features of its
 * family permit.
 */

/** Turns in ChatML, tools as JSON in the system turn, calls and results between tags. */
const HERMES_TEMPLATE = `
{%- if tools or messages[0].role == 'system' %}{{- '<|im_start|>system\\n' }}
{%- if messages[0].role == 'system' %}{{- messages[0].content }}{% endif %}
{%- if tools %}{{- '\\nTools:' }}{% for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{% endfor %}{% endif %}
{{- '<|im_end|>\\n' }}{% endif %}
{%- for message in messages %}
{%- if message.role == 'tool' %}
{%- if messages[loop.index0 - 1].role != 'tool' %}{{- '<|im_start|>user' }}{% endif %}
{{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
{%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{- '<|im_end|>\\n' }}{% endif %}
{%- elif message.role != 'system' %}
{{- '<|im_start|>' + message.role + '\\n' + message.content }}
{%- for call in message.tool_calls or [] %}
{{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- '}\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{% endif %}`

/** The same with thinking: shown after the last question, and left out where it is not wanted. */
const THINKING_TEMPLATE = HERMES_TEMPLATE.replace(
  `{{- '<|im_start|>' + message.role + '\\n' + message.content }}`,
  `{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{% endif %}
{{- message.content.split('</think>')[-1] }}`,
).replace(
  `{{- '<|im_start|>assistant\\n' }}`,
  `{{- '<|im_start|>assistant\\n' }}{% if enable_thinking is defined and not enable_thinking %}{{- '<think>\\n\\n</think>\\n\\n' }}{% endif %}`,
)

/** Opens thinking before every reply, whatever it is asked for. */
const ALWAYS_THINKING_TEMPLATE = `
{{- bos_token }}{% for message in messages %}{{- '[' + message.role + ']' + message.content.split('</think>')[-1] }}{% endfor %}
{%- if add_generation_prompt %}{{- '[assistant]<think>\\n' }}{% endif %}`

/** Calls as elements, a parameter in each. */
const ELEMENTS_TEMPLATE = HERMES_TEMPLATE.replace(
  /\{\{- '\\n<tool_call>[\s\S]*?<\/tool_call>' \}\}/,
  `{{- '\\n<tool_call>\\n<function=' + call.function.name + '>\\n' }}
{%- for name, value in call.function.arguments | items %}{{- '<parameter=' + name + '>\\n' }}{{- value if value is string else value | tojson }}{{- '\\n</parameter>\\n' }}{% endfor %}
{{- '</function>\\n</tool_call>' }}`,
)

/** Tools in the first question, one call as bare JSON in a turn. */
const BARE_TEMPLATE = `
{{- bos_token }}
{%- for message in messages %}
{{- '<|start_header_id|>' + ('ipython' if message.role == 'tool' else message.role) + '<|end_header_id|>\\n\\n' }}
{%- if message.role == 'user' and tools %}{{- 'Respond in the format {"name": function name, "parameters": dictionary}.' }}{% for tool in tools %}{{- tool | tojson }}{% endfor %}{% endif %}
{%- if 'tool_calls' in message %}
{%- if message.tool_calls | length != 1 %}{{- raise_exception('one call at once') }}{% endif %}
{{- '{"name": "' + message.tool_calls[0].function.name + '", "parameters": ' }}{{- message.tool_calls[0].function.arguments | tojson }}{{- '}' }}
{%- else %}{{- message.content | trim }}{% endif %}
{{- '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}`

/** Roles that alternate, ids of nine letters and digits, a list of calls. */
const LIST_TEMPLATE = `
{{- bos_token }}
{%- set ns = namespace(index=0) %}
{%- for message in messages %}
{%- if message.role in ['user', 'assistant'] and not message.tool_calls %}
{%- if (message.role == 'user') != (ns.index % 2 == 0) %}{{- raise_exception('roles must alternate') }}{% endif %}
{%- set ns.index = ns.index + 1 %}
{%- endif %}
{%- if message.role == 'system' %}{{- raise_exception('no system') }}
{%- elif message.role == 'user' %}
{%- if tools and loop.last %}{{- '[AVAILABLE_TOOLS]' }}{{- tools | tojson }}{{- '[/AVAILABLE_TOOLS]' }}{% endif %}
{{- '[INST]' + message.content + '[/INST]' }}
{%- elif message.tool_calls %}
{{- '[TOOL_CALLS][' }}
{%- for call in message.tool_calls %}
{%- if call.id | length != 9 %}{{- raise_exception('ids have nine') }}{% endif %}
{{- '{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- ', "id": "' + call.id + '"}' }}
{%- if not loop.last %}{{- ', ' }}{% endif %}
{%- endfor %}
{{- ']' + eos_token }}
{%- elif message.role == 'tool' %}{{- '[TOOL_RESULTS]' + message.content + '|' + message.tool_call_id + '[/TOOL_RESULTS]' }}
{%- else %}{{- message.content + eos_token }}{% endif %}
{%- endfor %}
{%- if tools and messages[-1].role == 'tool' %}{{- '[AVAILABLE_TOOLS]' }}{{- tools | tojson }}{{- '[/AVAILABLE_TOOLS]' }}{% endif %}`

/** A section of calls with a header each, written only where a turn has no content at all. */
const SECTION_TEMPLATE = `
{{- bos_token }}{% if tools %}{{- tools | tojson }}{% endif %}
{%- for message in messages %}
{%- if message.role == 'assistant' and message.content is none %}
{{- '<｜Assistant｜><｜tool▁calls▁begin｜>' }}
{%- for call in message.tool_calls %}{{- '<｜tool▁call▁begin｜>function<｜tool▁sep｜>' + call.function.name + '\\n\`\`\`json\\n' + call.function.arguments + '\\n\`\`\`<｜tool▁call▁end｜>' }}{% endfor %}
{{- '<｜tool▁calls▁end｜>' + eos_token }}
{%- elif message.role == 'tool' %}{{- '<｜tool▁output▁begin｜>' + message.content + '<｜tool▁output▁end｜>' }}
{%- else %}{{- '<｜' + message.role + '｜>' + message.content }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<｜Assistant｜>' }}{% endif %}`

/** Messages on channels; a turn contains at most one call. */
const CHANNELS_TEMPLATE = `
{%- if tools %}{{- '<|start|>developer<|message|>' }}{% for tool in tools %}{{- 'type ' + tool.function.name + ' = ' }}{{- tool.function.parameters | tojson }}{% endfor %}{{- '<|end|>' }}{% endif %}
{%- for message in messages %}
{%- if message.tool_calls %}
{%- if message.thinking %}{{- '<|start|>assistant<|channel|>analysis<|message|>' + message.thinking + '<|end|>' }}{% endif %}
{{- '<|start|>assistant to=functions.' + message.tool_calls[0].function.name + '<|channel|>commentary json<|message|>' }}{{- message.tool_calls[0].function.arguments | tojson }}{{- '<|call|>' }}
{%- elif message.role == 'tool' %}{{- '<|start|>functions.' + message.name + ' to=assistant<|channel|>commentary<|message|>' }}{{- message.content | tojson }}{{- '<|end|>' }}
{%- elif message.role == 'assistant' %}{{- '<|start|>assistant<|channel|>final<|message|>' + message.content + '<|end|>' }}
{%- else %}{{- '<|start|>' + message.role + '<|message|>' + message.content + '<|end|>' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start|>assistant' }}{% endif %}`

/** Plans, actions and responses, each in its own tags. */
const ACTIONS_TEMPLATE = `
{%- if tools %}{{- '<|SYSTEM|>' }}{% for tool in tools %}{{- tool | tojson }}{% endfor %}{% endif %}
{%- for message in messages %}
{%- if message.tool_calls %}{{- '<|BOT|><|START_THINKING|>' + (message.reasoning_content or '') + '<|END_THINKING|><|START_ACTION|>[' }}
{%- for call in message.tool_calls %}{{- '{"tool_call_id": "' + loop.index0 | string + '", "tool_name": "' + call.function.name + '", "parameters": ' }}{{- call.function.arguments | tojson }}{{- '}' if loop.last else '},' }}{% endfor %}
{{- ']<|END_ACTION|>' }}
{%- elif message.role == 'tool' %}{{- '<|START_TOOL_RESULT|>' }}{{- message.content | tojson }}{{- '<|END_TOOL_RESULT|>' }}
{%- elif message.role == 'assistant' %}{{- '<|BOT|><|START_RESPONSE|>' + message.content + '<|END_RESPONSE|>' }}
{%- else %}{{- '<|' + message.role + '|>' + message.content }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|BOT|>' }}{% if not enable_thinking %}{{- '<|START_THINKING|><|END_THINKING|>' }}{% endif %}{% endif %}`

/** Supports neither tools nor a system turn. */
const PLAIN_TEMPLATE = `
{%- for message in messages %}
{%- if message.role not in ['user', 'assistant'] %}{{- raise_exception('no such role') }}{% endif %}
{{- '[' + message.role + ']' + message.content }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '[assistant]' }}{% endif %}`

/** All of them by name. */
export const CHAT_TEMPLATES = {
  HERMES_TEMPLATE,
  THINKING_TEMPLATE,
  ALWAYS_THINKING_TEMPLATE,
  ELEMENTS_TEMPLATE,
  BARE_TEMPLATE,
  LIST_TEMPLATE,
  SECTION_TEMPLATE,
  CHANNELS_TEMPLATE,
  ACTIONS_TEMPLATE,
  PLAIN_TEMPLATE,
}
