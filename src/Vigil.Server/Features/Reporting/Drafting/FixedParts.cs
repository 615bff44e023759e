using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What nobody changes in a draft: what records say. Files may be left out, none put in.</summary>
internal static class FixedParts
{
    /// <exception cref="ProblemException">What cannot be was changed, or it says what none may.</exception>
    public static void Check(ReportDraft before, ReportDraft after)
    {
        var isSame =
            before.KnowledgeAt == after.KnowledgeAt
            && before.ReceivedAt == after.ReceivedAt
            && before.MatchedAt == after.MatchedAt
            && before.NamesNoSuspect == after.NamesNoSuspect
            && before.IsTest == after.IsTest
            && before.ProblemType == after.ProblemType
            && before.BatchCases.SequenceEqual(after.BatchCases, StringComparer.Ordinal);
        var known = before.Files.Select(KeyOf).ToHashSet();
        var given = after.Files.Select(KeyOf).ToList();
        if (!isSame || given.Distinct().Count() != given.Count || !known.IsSupersetOf(given))
        {
            throw ProblemException.BadRequest(
                "draft_fixed",
                "Times of knowledge and match, whether anybody is a suspect, and which files there are come from "
                    + "records: a draft does not change them, it leaves files out."
            );
        }
        if (NeverSaid.Of(after).FirstOrDefault() is { } never)
        {
            throw ProblemException.BadRequest(never.Rule, $"{never.Path}: {never.Text}");
        }
        CheckSizes(after);
    }

    private static void CheckSizes(ReportDraft draft)
    {
        var isTooLong =
            draft.Why.Length > DraftLimits.WhyCharacters
            || draft.CannotSupply.Count > DraftLimits.Reasons
            || draft.Extra.Count > DraftLimits.Reasons
            || draft.CannotSupply.Concat(draft.Extra).Any(pair => IsTooLong(pair.Key, pair.Value))
            || draft.Files.Any(file => file.FileName.Length is 0 or > DraftLimits.FileNameCharacters);
        if (isTooLong)
        {
            throw ProblemException.BadRequest(
                "too_long",
                $"'why' has at most {DraftLimits.WhyCharacters} characters; there are at most {DraftLimits.Reasons} "
                    + $"reasons of {DraftLimits.ReasonCharacters} characters, and names of files have 1 to "
                    + $"{DraftLimits.FileNameCharacters}."
            );
        }
    }

    private static bool IsTooLong(string path, string? reason) =>
        path.Length > DraftLimits.ReasonPathCharacters || reason?.Length > DraftLimits.ReasonCharacters;

    /// <summary>All of a file but its name.</summary>
    private static DraftFile KeyOf(DraftFile file) => file with { FileName = "" };
}
