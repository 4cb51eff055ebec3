import { describe, expect, it } from 'vitest'
import { readChatTests } from './read-chat-tests.ts'

const SOURCE = `
#include "chat.h"
// tst.test("a comment").run();
static common_chat_tool weather{
    /* .name = */ "weather",
    "Of a \\"city\\"",
    R"({ "type": "object" })",
};
const common_chat_msg message_sunny = simple_assist_msg("Sunny" " and dry.", "why");
template <class T> static bool equals(const T & a, const T & b) { return a == b; }

static void test_family(const std::string & path, bool debug) {
    auto tst = peg_tester(path, debug);
    tst.test("a" + std::string("b\\n")).expect(message_sunny).run();
}

static void test_template_output_peg_parsers(bool debug) {
    for (const char * path : { "one.jinja", "two.jinja", }) {
        test_family(path, debug);
    }
    {
        auto tst = peg_tester("three.jinja");
        common_chat_msg asked;
        asked.role = "user";
        asked.content = "Is it?";
        if (debug) { throw std::runtime_error("no"); }
        tst.test(R"x(call(")"))x")
            .enable_thinking(false)
            .reasoning_format(COMMON_REASONING_FORMAT_AUTO)
            .tools({ weather })
            .messages({ asked, message_sunny })
            .continue_final_message(COMMON_CHAT_CONTINUATION_REASONING)
            .is_partial(true)
            .expect_reasoning("r")
            .expect_tool_calls({ { "weather", "{}", "id" } })
            .run();
    }
}
`

describe('readChatTests', () => {
  it('reads declarations, loops, functions and chains of calls', () => {
    const tests = readChatTests(SOURCE)
    expect(tests.map(({ template, reply }) => [template, reply])).toEqual([
      ['one.jinja', 'ab\n'],
      ['two.jinja', 'ab\n'],
      ['three.jinja', 'call(")")'],
    ])
    expect(tests[0]).toMatchObject({
      isThinkingEnabled: true,
      keepsThinkingInText: true,
      continues: null,
      expected: { content: 'Sunny and dry.', reasoning: 'why', calls: [] },
    })
    expect(tests[2]).toMatchObject({
      isThinkingEnabled: false,
      keepsThinkingInText: false,
      continues: 'reasoning',
      isCut: true,
      tools: [{ name: 'weather', description: 'Of a "city"', parameters: '{ "type": "object" }' }],
      messages: [
        { role: 'user', content: 'Is it?' },
        { role: 'assistant', content: 'Sunny and dry.' },
      ],
      expected: { content: '', reasoning: 'r', calls: [{ name: 'weather', json: '{}' }] },
    })
  })

  it('refuses a test that it cannot read', () => {
    const unknown = SOURCE.replace('.is_partial(true)', '.expect_the_unknown(true)')
    expect(() => readChatTests(unknown)).toThrow('there is no method expect_the_unknown of a test')
  })
})
