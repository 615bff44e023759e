using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>A person decided a sample: right or wrong is counted, and what it comes to.</summary>
internal static class AnswerSample
{
    public static async Task RunAsync(Tx tx, DecidingPerson by, CaseFile file, ItemState verdict)
    {
        if (await Samples.FindAsync(tx, file.GoldSample!.Value) is not { } sample)
        {
            return;
        }
        var (right, asked) = await GradeAsync(tx, by, file, sample.Answer.Grade);
        var isRight = verdict == sample.Answer.Verdict && right == asked;
        await InsertAsync(tx, file, sample, isRight, (right, asked));
        await TellAsync(tx, file, sample, $"Yours was {(isRight ? "right" : "not the one expected")}");
    }

    /// <summary>Put aside without a verdict: counted as an answer that was not the one expected.</summary>
    public static async Task ClosedAsync(Tx tx, CaseFile file)
    {
        if (await Samples.FindAsync(tx, file.GoldSample!.Value) is { } sample)
        {
            await InsertAsync(tx, file, sample, isRight: false, (0, sample.Answer.Grade?.ByName.Count ?? 0));
            await TellAsync(tx, file, sample, "It was closed, which counts as not the one expected");
        }
    }

    private static Task<int> InsertAsync(
        Tx tx,
        CaseFile file,
        Sample sample,
        bool isRight,
        (int Right, int Asked) facts
    ) =>
        tx.ExecuteAsync(
            """
            insert into training_answer (tenant, id, sample_id, person, case_id, is_blind, is_right, facts_right,
                facts_asked, at)
            values (@tenant, @id, @sampleId, @person, @caseId, @isBlind, @isRight, @right, @asked, @at)
            """,
            new
            {
                id = tx.NewId(),
                sampleId = sample.Id,
                person = tx.Actor.Name,
                caseId = file.Id,
                isBlind = !file.IsTest,
                isRight,
                right = facts.Right,
                asked = facts.Asked,
                at = tx.Now,
            }
        );

    private static async Task TellAsync(Tx tx, CaseFile file, Sample sample, string how)
    {
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            "sample_answered",
            $"This was a sample with a known answer. {how}: "
                + $"{Words.NameOf(sample.Answer.Verdict)}. {sample.Answer.Explanation}"
        );
        await Qualifications.FollowAsync(tx, tx.Actor.Name);
    }

    /// <summary>Facts of the person's own grade that are as they should be, of how many. Both 0: not asked.</summary>
    private static async Task<(int Right, int Asked)> GradeAsync(
        Tx tx,
        DecidingPerson by,
        CaseFile file,
        GradeFacts? gold
    )
    {
        if (gold is null)
        {
            return (0, 0);
        }
        var expected = gold.ByName;
        var item = (await CaseItem.OfAsync(tx, file.Id))[0];
        var own = (await Grade.OfAsync(tx, item.Id)).FirstOrDefault(grade => by.Is(grade.Grader));
        var given = own?.Facts.ByName;
        return (given is null ? 0 : expected.Count(fact => given[fact.Key] == fact.Value), expected.Count);
    }
}
