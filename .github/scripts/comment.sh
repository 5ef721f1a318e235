#!/usr/bin/env bash
# comment.sh REVIEW.md REVIEW.json: puts the review under its pull request, in place of the one before, and sets the status
# `review` of the commit to the machine-readable verdict. Needs gh, GH_TOKEN, REPOSITORY, HEAD_SHA, HEAD_OWNER and HEAD_BRANCH.
set -euo pipefail
text=$1
verdict=$2
marker='<!-- education-insights review -->'

# By branch, because a fork's commit is not listed with this repository's; the commit must still be the request's last.
number=$(gh api --method GET "repos/$REPOSITORY/pulls" -f state=open -f head="$HEAD_OWNER:$HEAD_BRANCH" |
  jq -r --arg sha "$HEAD_SHA" '[.[] | select(.head.sha == $sha)][0].number // empty')
if [ -z "$number" ]; then
  echo "No open pull request ends with $HEAD_SHA any more: nothing to comment on."
  exit 0
fi

existing=$(gh api --paginate "repos/$REPOSITORY/issues/$number/comments" |
  jq -rs --arg marker "$marker" '[.[][] | select(.user.type == "Bot" and (.body | startswith($marker)))][0].id // empty')
if [ -n "$existing" ]; then
  jq -n --rawfile body "$text" '{body: $body}' |
    gh api --method PATCH "repos/$REPOSITORY/issues/comments/$existing" --input - >/dev/null
  echo "Replaced comment $existing of pull request $number."
else
  jq -n --rawfile body "$text" '{body: $body}' |
    gh api --method POST "repos/$REPOSITORY/issues/$number/comments" --input - >/dev/null
  echo "Commented on pull request $number."
fi

jq '.result.verdict
  | if (.unknown | length) > 0 or (.policy.passed | not) then {state: "failure", description: "A check refuses it."}
    elif .privacy.approval == "needed" and (.privacy.approvers | length) == 0
      then {state: "failure", description: "Nobody is named who can approve it for privacy."}
    elif .privacy.approval == "needed"
      then {state: "success", description: ("For privacy: " + (.privacy.approvers | join(", ")) + " must approve.")[:140]}
    else {state: "success", description: "Nothing for privacy to approve."} end
  | . + {context: "review"}' "$verdict" |
  gh api --method POST "repos/$REPOSITORY/statuses/$HEAD_SHA" --input - >/dev/null
