using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// A sample as a case of one person: what a user flagged, what a colleague entered, or words alone. Never a match: a
/// match has a decision behind it that anybody may look up.
/// </summary>
internal static class SampleCase
{
    /// <summary>As flags are told apart; a case that a flag opens is called by it.</summary>
    public static FlagReason ReasonOf(ProblemType type) =>
        type switch
        {
            ProblemType.KnownCsam or ProblemType.SuspectedCsam => FlagReason.Csam,
            ProblemType.Grooming => FlagReason.Grooming,
            ProblemType.SelfGenerated => FlagReason.IntimateImage,
            ProblemType.SexualExtortion => FlagReason.Sextortion,
            ProblemType.LiveStreaming => FlagReason.LiveStreaming,
            ProblemType.Trafficking => FlagReason.Trafficking,
            _ => FlagReason.Other,
        };

    /// <summary>
    /// Practice is known to be words. Unannounced it counts as what it looks like, or who is at a limit could tell it
    /// from the others.
    /// </summary>
    public static Burden BurdenOf(Sample sample, bool isPractice)
    {
        var facts = sample.Facts;
        var item = new BurdenItem
        {
            Id = sample.Id,
            Origin = facts.From,
            Surface = facts.Surface,
        };
        var flag = new BurdenFlag { ItemId = sample.Id, Reason = ReasonOf(facts.ProblemType) };
        var burden = Burden.Of(
            facts.ProblemType,
            [item],
            facts.From == CaseOrigin.Flag ? [flag] : [],
            sample.Answer.Grade is { } grade ? [grade] : [],
            []
        );
        return isPractice ? burden with { IsGraphic = false, IsNewMaterial = false } : burden;
    }

    /// <param name="tx">The transaction of the person it is for.</param>
    /// <param name="sample">What it is made of.</param>
    /// <param name="account">Nobody's; null: none.</param>
    /// <param name="isPractice">Marked as a test.</param>
    public static async Task<CaseFile> OpenAsync(Tx tx, Sample sample, string? account, bool isPractice)
    {
        var facts = sample.Facts;
        var joined =
            facts.From == CaseOrigin.Flag
                ? await FlagAsync(tx, sample, account, isPractice)
                : await JoinCase.AddAsync(
                    tx,
                    new NewItem
                    {
                        Origin = facts.From,
                        Account = account,
                        Surface = facts.Surface,
                        Jurisdiction = facts.Jurisdiction,
                        Decision = "none",
                        Summary = facts.Summary ?? OpenCaseByHand.SummaryOf(facts.From),
                        Words = facts.Text,
                        ProblemType = facts.ProblemType,
                        IsTest = isPractice,
                        GoldSample = sample.Id,
                    }
                );
        return (await CaseFile.FindAsync(tx, joined.Ref.Value))!;
    }

    private static async Task<Joined> FlagAsync(Tx tx, Sample sample, string? account, bool isPractice)
    {
        var facts = sample.Facts;
        var flag = new SubmitFlag.Flag(
            account,
            ContentRef: null,
            facts.Surface,
            facts.Jurisdiction,
            ReasonOf(facts.ProblemType),
            facts.Text,
            Thread: null,
            Reporter: null
        );
        var item = flag.ToItem();
        var joined = await JoinCase.AddAsync(
            tx,
            item with
            {
                Summary = facts.Summary ?? item.Summary,
                ProblemType = isPractice ? facts.ProblemType : null,
                IsTest = isPractice,
                GoldSample = sample.Id,
            }
        );
        await SubmitFlag.InsertAsync(
            tx,
            joined.ItemId,
            flag,
            Sealed.FlagDigest(tx, $"sample {joined.ItemId}")
        );
        return joined;
    }
}
