/** Code and settings without secrets, to stand around them. */
export const around: Readonly<Record<string, readonly [string, string]>> = {
  ts: [
    `import { readFile } from 'node:fs/promises';\nimport { Client, type Options } from './client.ts';\n\nconst defaults: Options = { retries: 3, timeoutMs: 10_000, region: 'eu-central-1' };\n`,
    `\nexport async function load(path: string): Promise<Client> {\n  const text = await readFile(path, 'utf8');\n  return new Client({ ...defaults, ...JSON.parse(text) });\n}\n`,
  ],
  py: [
    `import os\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Settings:\n    region: str = "eu-west-1"\n    retries: int = 3\n\n`,
    `\n\ndef connect(settings: Settings):\n    """Opens a connection, or raises."""\n    for attempt in range(settings.retries):\n        yield attempt, os.environ.get("REGION", settings.region)\n`,
  ],
  go: [
    `package main\n\nimport (\n\t"context"\n\t"fmt"\n\t"net/http"\n)\n\n`,
    `\nfunc fetch(ctx context.Context, url string) error {\n\treq, err := http.NewRequestWithContext(ctx, "GET", url, nil)\n\tif err != nil {\n\t\treturn fmt.Errorf("request: %w", err)\n\t}\n\t_, err = http.DefaultClient.Do(req)\n\treturn err\n}\n`,
  ],
  java: [
    `package com.acme.billing;\n\nimport java.util.Map;\n\npublic final class Gateway {\n    private static final int RETRIES = 3;\n`,
    `\n    public Map<String, String> headers() {\n        return Map.of("Accept", "application/json");\n    }\n}\n`,
  ],
  cs: [
    `using System;\nusing System.Net.Http;\n\nnamespace Acme.Billing;\n\npublic sealed class Gateway\n{\n`,
    `\n    public HttpClient Create() => new() { Timeout = TimeSpan.FromSeconds(30) };\n}\n`,
  ],
  rb: [
    `require 'net/http'\n\nclass Gateway\n`,
    `\n  def call(path)\n    Net::HTTP.get(URI.join(BASE, path))\n  end\nend\n`,
  ],
  php: [
    `<?php\nnamespace Acme;\n\nfinal class Gateway\n{\n`,
    `\n    public function get(string $path): string\n    {\n        return file_get_contents($this->base . $path);\n    }\n}\n`,
  ],
  rs: [
    `use std::time::Duration;\n\nconst TIMEOUT: Duration = Duration::from_secs(30);\n`,
    `\npub fn retry(times: u32) -> impl Iterator<Item = u32> {\n    (0..times).map(|n| n * 2)\n}\n`,
  ],
  env: [`NODE_ENV=production\nPORT=8080\nLOG_LEVEL=info\n`, `FEATURE_FLAGS=search,export\nCACHE_TTL=3600\n`],
  yaml: [
    `version: "3.8"\nservices:\n  web:\n    image: acme/web:1.4.2\n    ports:\n      - "8080:8080"\n`,
    `  cache:\n    image: redis:7-alpine\n    command: ["redis-server", "--appendonly", "yes"]\n`,
  ],
  json: [
    `{\n  "name": "billing",\n  "version": "2.3.1",\n`,
    `  "retries": 3,\n  "features": { "export": true }\n}\n`,
  ],
  sh: [
    `#!/usr/bin/env bash\nset -euo pipefail\n\ncd "$(dirname "$0")/.."\n`,
    `\nfor name in web worker; do\n  docker compose restart "$name"\ndone\n`,
  ],
  ini: [`[server]\nhost = 0.0.0.0\nport = 8080\nworkers = 4\n`, `\n[logging]\nlevel = info\nformat = json\n`],
  md: [
    `# Billing\n\nStart the service, then call it:\n\n`,
    `\n\nIt answers with the invoices of the month.\n`,
  ],
  log: [
    `2026-03-04T10:11:12.123Z INFO  starting worker 3\n2026-03-04T10:11:12.480Z DEBUG pool size 8\n`,
    `\n2026-03-04T10:11:13.001Z INFO  ready in 878 ms\n`,
  ],
  xml: [
    `<?xml version="1.0" encoding="utf-8"?>\n<configuration>\n  <service name="billing" port="8080" />\n`,
    `\n  <logging level="info" />\n</configuration>\n`,
  ],
  sql: [
    `CREATE DATABASE billing;\nCREATE TABLE invoices (id BIGINT PRIMARY KEY, total NUMERIC(10, 2));\n`,
    `\nGRANT SELECT ON invoices TO reporting;\n`,
  ],
  tf: [
    `resource "aws_instance" "web" {\n  instance_type = "t3.micro"\n}\n\n`,
    `\noutput "address" {\n  value = aws_instance.web.public_ip\n}\n`,
  ],
};
