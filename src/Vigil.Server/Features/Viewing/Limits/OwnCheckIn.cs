using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>What a person's own page shows of it, and nobody else's.</summary>
/// <param name="Open">The question that waits; null: none.</param>
/// <param name="Answers">Their own of the last 90 days, the newest first.</param>
/// <param name="MayAskTalk">They said that they would like to talk, and told nobody of it yet.</param>
/// <param name="TalkAskedAt">The wellness lead was told then, and has not yet said that it is done.</param>
public sealed record OwnCheckIn(
    CheckIn? Open,
    IReadOnlyList<OwnAnswer> Answers,
    bool MayAskTalk,
    DateTimeOffset? TalkAskedAt
)
{
    internal static async Task<OwnCheckIn> ReadAsync(Tx tx, string viewer)
    {
        var all = await CheckIns.ReadAsync(tx, viewer);
        var talks = await Talks.OfAsync(tx, viewer);
        OwnAnswer[] answers =
        [
            .. all.Where(one => one.State == CheckInState.Answered)
                .Select(one => new OwnAnswer(one.AnsweredAt ?? one.At, one.Open(tx) ?? CheckInAnswer.Fine))
                .OrderByDescending(one => one.At),
        ];
        var wish =
            answers is [{ Answer: CheckInAnswer.Talk } last, ..] && last.At > tx.Now - CheckIns.Patience
                ? last
                : null;
        return new OwnCheckIn(
            all.FirstOrDefault(one => one.State == CheckInState.Open && one.At > tx.Now - CheckIns.Patience),
            answers,
            wish is not null && !talks.Any(talk => talk.DoneAt is null || talk.At >= wish.At),
            talks.FirstOrDefault(talk => talk.DoneAt is null)?.At
        );
    }
}

public sealed record OwnAnswer(DateTimeOffset At, CheckInAnswer Answer);
