using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What a case asks of who takes it. It follows what is still to be decided and seen, not what the case was opened for:
/// similar and new files join the case of an exact match.
/// </summary>
/// <param name="IsGraphic">Pictures that burden may have to be seen.</param>
/// <param name="IsNewMaterial">Some of these no list knows.</param>
/// <param name="Harms">What is known to be in it, each once.</param>
internal sealed record Burden(bool IsGraphic, bool IsNewMaterial, IReadOnlyList<HarmKind> Harms)
{
    public static readonly Burden None = new(false, false, []);

    /// <summary>Cases of one key are answered alike.</summary>
    public string Key => $"{IsGraphic} {IsNewMaterial} {string.Join(' ', Harms)}";

    /// <param name="type">Of the case; null: nobody said yet.</param>
    /// <param name="items">All of them.</param>
    /// <param name="flags">Of all of them.</param>
    /// <param name="graded">What people graded of them.</param>
    /// <param name="unseen">Contents that somebody must still look at.</param>
    /// <param name="judged">An item that is to be judged again; it is looked at, exact or not.</param>
    public static Burden Of(
        ProblemType? type,
        IReadOnlyList<BurdenItem> items,
        IReadOnlyList<BurdenFlag> flags,
        IEnumerable<GradeFacts> graded,
        IReadOnlyList<ContentStanding> unseen,
        Guid? judged = null
    )
    {
        var looks = items
            .Where(item => item.State == ItemState.Open || item.Id == judged)
            .Where(item =>
                MayHoldPictures(type, item, flags, isJudged: item.Id == judged)
                || unseen.Any(content => content.ItemId == item.Id)
            )
            .ToList();
        var isOfCase = unseen.Any(content => content.ItemId is null);
        return new Burden(
            isOfCase || looks.Count > 0,
            isOfCase || looks.Exists(item => item.Origin != CaseOrigin.Match),
            [
                .. KnownHarms
                    .Of(type)
                    .Concat(flags.SelectMany(flag => KnownHarms.Of(flag.Reason)))
                    .Concat(items.SelectMany(item => KnownHarms.OfPurpose(item.Purpose)))
                    .Concat(items.SelectMany(item => KnownHarms.OfSurface(item.Surface)))
                    .Concat(graded.SelectMany(facts => KnownHarms.Of(facts)))
                    .Concat(HasWords(items, flags) ? new[] { HarmKind.Conversations } : [])
                    .Distinct()
                    .Order(),
            ]
        );
    }

    /// <summary>
    /// An exact match need not be seen unless a content of it still must; words have no pictures; of all else only what
    /// users or colleagues called it tells.
    /// </summary>
    private static bool MayHoldPictures(
        ProblemType? type,
        BurdenItem item,
        IReadOnlyList<BurdenFlag> flags,
        bool isJudged
    ) =>
        item.Origin switch
        {
            CaseOrigin.Match => isJudged || !item.IsExact,
            CaseOrigin.Text => false,
            _ => type is not (ProblemType.Grooming or ProblemType.Other)
                || flags.Any(flag => flag.ItemId == item.Id && flag.IsOfPictures),
        };

    private static bool HasWords(IReadOnlyList<BurdenItem> items, IReadOnlyList<BurdenFlag> flags) =>
        items.Any(item => item.Origin == CaseOrigin.Text) || flags.Any(flag => flag.Threads > 0);
}
