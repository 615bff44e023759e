using System.Security.Cryptography;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// Makes a case of a sample, for one person. Practice says that it is one (it is marked as a test); what is mixed into
/// the queue looks like any other, and nobody else sees it. Nothing of either leaves.
/// </summary>
internal static class MixIn
{
    /// <summary>A sample that was answered is not asked again so soon.</summary>
    private static readonly TimeSpan NotAgainFor = TimeSpan.FromDays(90);

    /// <summary>Now and then, by the tenant's setting; null: not this time.</summary>
    public static async Task<CaseFile?> RunAsync(Tx tx)
    {
        var percent = await CaseSettings.NumberAsync(tx, CaseSettings.BlindPercent);
        return
            tx.Actor.Kind == ActorKind.Person
            && RandomNumberGenerator.GetInt32(100) < percent
            && await Samples.NextForAsync(tx, tx.Actor.Name, NotAgainFor) is { } sample
            ? await MakeAsync(tx, sample, isPractice: false)
            : null;
    }

    /// <summary>POST /v1/training/next.</summary>
    public static async Task<LeaseAnswer> PractiseAsync(Tx tx)
    {
        var sample =
            await Samples.NextForAsync(tx, tx.Actor.Name, NotAgainFor)
            ?? throw ProblemException.NotFound(
                "You have answered every sample. Ask who trains here for more, or come back in some weeks."
            );
        var file = await MakeAsync(tx, sample, isPractice: true);
        await tx.RecordAsync(new LedgerAct("training.begun", file.Ref));
        return await CaseLease.TakeAsync(tx, file);
    }

    private static async Task<CaseFile> MakeAsync(Tx tx, Sample sample, bool isPractice)
    {
        var item = new NewItem
        {
            Origin = CaseOrigin.Text,
            Surface = sample.Facts.Surface,
            Jurisdiction = sample.Facts.Jurisdiction,
            Decision = "none",
            Summary = sample.Facts.Summary,
            Words = sample.Facts.Text,
            ProblemType = sample.Facts.ProblemType,
            IsTest = isPractice,
            GoldSample = sample.Id,
        };
        var joined = await JoinCase.AddAsync(tx, item);
        return (await CaseFile.FindAsync(tx, joined.Ref.Value))!;
    }
}
