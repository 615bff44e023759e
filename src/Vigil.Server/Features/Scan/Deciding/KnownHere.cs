using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// A match of a file equal to one that a person here saw whole and confirmed is known: one indexed query, and only
/// where something matched that it could change.
/// </summary>
internal static class KnownHere
{
    /// <summary>
    /// A list that runs in shadow costs an answer nothing, so it is not asked for one: what it would have said is said
    /// of the lists alone.
    /// </summary>
    public static bool MayChange(IReadOnlyList<MatchFact> matches, ScanFacts facts)
    {
        if (facts.Fingerprint is not { Sha256: not null } file)
        {
            return false;
        }
        for (var i = 0; i < matches.Count; i++)
        {
            if (MayChange(matches[i], file))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The same matches, with those known that a person's look makes so.</summary>
    public static async Task<IReadOnlyList<MatchFact>> ApplyAsync(
        Tx tx,
        IReadOnlyList<MatchFact> matches,
        ScanFacts facts,
        Blind sha256
    )
    {
        if (!tx.IsAnswered<FilesJudgedWanted>())
        {
            return matches;
        }
        var digest = sha256.ToBytes();
        var judged = await tx.AskAsync<FilesJudgedWanted, FilesJudged>(new FilesJudgedWanted([digest]));
        return judged.Of(digest) is { IsConfirmed: true } seen && facts.Fingerprint is { } file
            ? [.. matches.Select(match => MayChange(match, file) ? Known(match, seen) : match)]
            : matches;
    }

    private static MatchFact Known(MatchFact match, JudgedFile seen) =>
        match with
        {
            Strength = MatchStrength.Known,
            Seen = new SeenHere(seen.At, seen.Case.Value, match.Strength),
        };

    private static bool MayChange(MatchFact match, Fingerprint file)
    {
        const MatchedBy digests = MatchedBy.Sha256 | MatchedBy.Sha1 | MatchedBy.Md5;
        const MatchedBy addresses = MatchedBy.Url | MatchedBy.Domain;
        return match.ListMode is not (Mode.Off or Mode.Shadow)
            && match.Purpose != ListPurpose.Harmless
            && (match.By & addresses) == MatchedBy.None
            && match.Strength != MatchStrength.Known
            && MatchRules.OfViewed(
                match.Strength,
                (match.By & digests) != MatchedBy.None,
                match.Picture >= file.WholePictures
            ) == MatchStrength.Known;
    }
}
