using Vigil.Server.Features.Cases;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>When the law's clocks begin: the arrival of a notice or the first confirmation, whichever was earlier.</summary>
public class KnowledgeTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_begins_with_the_notice_or_the_first_confirmation_and_a_match_alone_begins_nothing()
    {
        (int? Hours, int? Known, int? Decided, ItemState State, CaseOrigin Origin, int? Notice)[] cases =
        [
            (null, null, null, ItemState.Open, CaseOrigin.Match, null),
            (null, null, 5, ItemState.NotCsam, CaseOrigin.Match, null),
            (5, null, 5, ItemState.Confirmed, CaseOrigin.Match, null),
            (2, 2, 5, ItemState.Confirmed, CaseOrigin.Match, null),
            (2, 2, 5, ItemState.Open, CaseOrigin.Match, null),
            (5, 7, 5, ItemState.Confirmed, CaseOrigin.Match, null),
            (-2, null, 5, ItemState.Confirmed, CaseOrigin.Match, -2),
            (-2, 2, 5, ItemState.Confirmed, CaseOrigin.Notice, -2),
            // A notice cannot have come after it was entered, and one without a date came then.
            (0, null, 5, ItemState.Confirmed, CaseOrigin.Notice, 3),
            (0, null, null, ItemState.Open, CaseOrigin.Notice, null),
        ];
        foreach (var one in cases)
        {
            var item = new CaseItem
            {
                At = At,
                Origin = one.Origin,
                State = one.State,
                KnownAt = Of(one.Known),
                DecidedAt = Of(one.Decided),
            };
            var notice = one.Notice is null
                ? null
                : new Notice { From = "SAMPLE", ReceivedAt = Of(one.Notice) };
            Assert.Equal(Of(one.Hours), Knowledge.Of(item, notice));
        }

        static DateTimeOffset? Of(int? hours) => hours is { } some ? At.AddHours(some) : null;
    }
}
