import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatPageHtml } from '../../../../src/core/chat/pageHtml.ts';

describe('the HTML of the chat’s page', () => {
  const html = chatPageHtml({
    nonce: 'a1b2',
    cspSource: "'self' https://*.example.com",
    scriptUri: 'https://host.example.com/chat.js?a="&b=<c>',
    styleUri: 'https://host.example.com/chat.css',
  });

  it('allows one script by its nonce, files of the frame’s source, and nothing else', () => {
    assert.match(
      html,
      /content="default-src 'none'; style-src 'self' https:\/\/\*\.example\.com; font-src 'self' https:\/\/\*\.example\.com; script-src 'nonce-a1b2'"/,
    );
  });

  it('has no inline script or style, and quotes what it is given', () => {
    assert.match(
      html,
      /<script nonce="a1b2" src="https:\/\/host\.example\.com\/chat\.js\?a=&quot;&amp;b=&lt;c&gt;"><\/script>/,
    );
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.doesNotMatch(html, /<style| style=| on[a-z]+=/);
  });

  it('has a language, a title and the landmarks', () => {
    assert.match(html, /<html lang="en">[\s\S]*<title>Hearth Chat<\/title>[\s\S]*<main [\s\S]*<form /);
  });
});
