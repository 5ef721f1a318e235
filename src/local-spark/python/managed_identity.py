"""`mssparkutils.credentials` of a workspace: tokens and secrets as its own identity, from the same services as on Synapse."""

import json
import urllib.parse
import urllib.request

AUDIENCES = {"Storage": "https://storage.azure.com/", "Vault": "https://vault.azure.net/"}


class ManagedIdentity:
    def __init__(self, endpoint):
        self._endpoint = endpoint
        # The endpoint is on this machine, and no proxy's.
        self._direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def getToken(self, audience, name=""):
        resource = urllib.parse.quote(AUDIENCES.get(audience, audience), safe="")
        request = urllib.request.Request(f"{self._endpoint}?api-version=2018-02-01&resource={resource}", headers={"Metadata": "true"})
        with self._direct.open(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def getSecret(self, akvName, secret, linkedService=""):
        url = f"https://{akvName}.vault.azure.net/secrets/{urllib.parse.quote(secret, safe='')}?api-version=7.4"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.getToken('Vault')}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["value"]
