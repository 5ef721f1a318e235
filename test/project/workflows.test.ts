import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commentMarker } from '../../src/review/render/markdown';
import { useTemporaryFolders } from '../support/temporary-folder';

const folder = '.github/workflows';
const workflows = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
const newFolder = useTemporaryFolders();

describe.each(workflows)('%s', (file, text) => {
  test('pins every action by commit, with the version that it is', () => {
    const uses = [...text.matchAll(/^ +(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('starts without rights, and keeps no token where code is checked out', () => {
    expect(text).toContain('\npermissions: {}\n');
    expect(text.split('actions/checkout@').length).toBe(text.split('persist-credentials: false').length);
    expect(text).not.toMatch(/pull_request_target|write-all|secrets\./);
  });

  test('puts nothing of an event into a command: names of branches and titles are code there', () => {
    const commands = [...text.matchAll(/^( *)(?:- )?run: (?:\|\n((?:\1 {2,}.*\n|\n)+)|(.*))/gm)];
    expect(commands.length).toBeGreaterThan(0);
    expect(
      commands.map(([, , block, line]) => block ?? line ?? '').filter((command) => command.includes('${{')),
    ).toEqual([]);
  });

  test('gives a job that runs the code of a pull request no right but to read', () => {
    const rights = [...text.matchAll(/^ {6}([\w-]+): (read|write)$/gm)].map(([, name, right]) => `${name}: ${right}`);
    const expected: Readonly<Record<string, readonly string[]>> = {
      'pull-request.yml': ['contents: read', 'contents: read'],
      'pull-request-comment.yml': ['actions: read', 'contents: read', 'pull-requests: write', 'statuses: write'],
      'deploy.yml': ['contents: read', 'id-token: write', 'contents: read', 'id-token: write'],
      'nightly.yml': ['contents: read', 'id-token: write', 'contents: read', 'contents: read'],
      'release.yml': ['contents: write'],
    };
    expect(rights).toEqual(expected[file]);
  });
});

describe('comment.sh', () => {
  /** Runs the script with a `gh` that answers from files and writes down what it is asked. */
  async function comment(comments: readonly object[], verdict: object, openSha = 'abc') {
    const work = await newFolder();
    mkdirSync(join(work, 'bin'));
    const gh = join(work, 'bin', 'gh');
    writeFileSync(join(work, 'pulls.json'), JSON.stringify([{ number: 7, head: { sha: openSha } }]));
    writeFileSync(join(work, 'comments.json'), JSON.stringify(comments));
    writeFileSync(
      gh,
      '#!/usr/bin/env bash\ncd "$(dirname "$0")/.."\n' +
        'case "$*" in *--input*) { echo "$*"; cat; } >> asked.txt;; */pulls*) cat pulls.json;; *) cat comments.json;; esac\n',
    );
    chmodSync(gh, 0o755);
    writeFileSync(join(work, 'asked.txt'), '');
    writeFileSync(join(work, 'review.md'), `${commentMarker}\nNothing differs.\n`);
    writeFileSync(join(work, 'review.json'), JSON.stringify({ result: { verdict } }));
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['.github/scripts/comment.sh', join(work, 'review.md'), join(work, 'review.json')],
      {
        env: {
          PATH: `${join(work, 'bin')}:${process.env['PATH']}`,
          REPOSITORY: 'o/r',
          HEAD_SHA: 'abc',
          HEAD_OWNER: 'somebody',
          HEAD_BRANCH: 'a branch; rm -rf',
        },
        encoding: 'utf8',
      },
    );
    const asked = readFileSync(join(work, 'asked.txt'), 'utf8');
    return { status, stdout, stderr, asked };
  }

  const fine = { unknown: [], policy: { passed: true }, privacy: { approval: 'not needed', approvers: [] } };
  const bot = { id: 5, user: { type: 'Bot' }, body: `${commentMarker}\nOld.` };
  const stranger = { id: 4, user: { type: 'User' }, body: `${commentMarker}\nForged.` };

  test('replaces its own comment, never somebody else’s, and adds one where there is none', async () => {
    const replaced = await comment([stranger, bot], fine);
    expect([replaced.status, replaced.stderr, replaced.stdout]).toEqual([
      0,
      '',
      'Replaced comment 5 of pull request 7.\n',
    ]);
    expect(replaced.asked).toContain('--method PATCH repos/o/r/issues/comments/5');
    expect(replaced.asked).toContain('Nothing differs.');
    const added = await comment([stranger], fine);
    expect([added.status, added.stdout]).toEqual([0, 'Commented on pull request 7.\n']);
    expect(added.asked).toContain('--method POST repos/o/r/issues/7/comments');
  });

  test.each([
    [fine, 'success', 'Nothing for privacy to approve.'],
    [{ ...fine, policy: { passed: false } }, 'failure', 'A check refuses it.'],
    [{ ...fine, unknown: ['cost'] }, 'failure', 'A check refuses it.'],
    [
      { ...fine, privacy: { approval: 'needed', approvers: [] } },
      'failure',
      'Nobody is named who can approve it for privacy.',
    ],
    [
      { ...fine, privacy: { approval: 'needed', approvers: ['@a', '@b'] } },
      'success',
      'For privacy: @a, @b must approve.',
    ],
  ])('sets the status by the verdict %j', async (verdict, state, description) => {
    const { asked } = await comment([bot], verdict);
    const sent = asked.slice(asked.indexOf('--method POST repos/o/r/statuses/abc'));
    expect(JSON.parse(sent.slice(sent.indexOf('{')))).toEqual({ state, description, context: 'review' });
  });

  test('says nothing about a request that has moved on', async () => {
    const { status, stdout, asked } = await comment([bot], fine, 'def');
    expect([status, stdout, asked]).toEqual([
      0,
      'No open pull request ends with abc any more: nothing to comment on.\n',
      '',
    ]);
  });
});
