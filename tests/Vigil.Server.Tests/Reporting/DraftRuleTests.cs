using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Http;
using Vigil.Trust;
using static Vigil.Server.Tests.Reporting.DraftWork;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What of a draft comes from records alone, what may leave, and whose approval counts.</summary>
public class DraftRuleTests
{
    [Fact]
    public void What_records_say_is_not_changed_and_no_file_is_put_in_or_left_without_details()
    {
        var draft = BuildDraft.From(Sources("KnownCsam", Whole())) with { BatchCases = ["VC-1"] };
        var more = draft.Files[0] with { ContentId = Guid.NewGuid() };
        (string Code, ReportDraft After)[] refused =
        [
            ("draft_fixed", draft with { KnowledgeAt = draft.KnowledgeAt.AddHours(1) }),
            ("draft_fixed", draft with { MatchedAt = null }),
            ("draft_fixed", draft with { ReceivedAt = null }),
            ("draft_fixed", draft with { IsTest = true }),
            ("draft_fixed", draft with { ProblemType = "Other" }),
            ("draft_fixed", draft with { BatchCases = [] }),
            ("draft_fixed", draft with { Files = [more] }),
            ("draft_fixed", draft with { Files = [draft.Files[0] with { IsViewed = true }] }),
            ("draft_fixed", draft with { Files = [draft.Files[0], draft.Files[0]] }),
            ("files_differ", draft with { Files = [] }),
        ];
        foreach (var (code, after) in refused)
        {
            Assert.Equal(code, Assert.Throws<ProblemException>(() => FixedParts.Check(draft, after)).Code);
        }
        FixedParts.Check(draft, draft with { Files = [], Tip = draft.Tip with { FileDetails = [] } });
        FixedParts.Check(draft, draft with { Files = [draft.Files[0] with { FileName = "other.jpg" }] });
    }

    [Fact]
    public void Knowledge_is_the_earliest_of_what_is_reported()
    {
        var (first, second) = (Item("post/1") with { KnowledgeAt = Now.AddHours(-9) }, Item("post/2"));
        Assert.Equal(Now.AddHours(-9), BuildDraft.KnowledgeOf([second, first]));
        Assert.Equal(Now.AddHours(-3), BuildDraft.KnowledgeOf([second with { KnowledgeAt = null }]));
        var never = second with { KnowledgeAt = null, DecidedAt = null };
        Assert.Equal(Now.AddDays(-2), BuildDraft.KnowledgeOf([first, never]));
    }

    [Fact]
    public void What_is_reported_was_received_when_the_first_of_it_came_in_whenever_it_was_confirmed()
    {
        var (first, second) = (Item("post/1"), Item("post/2") with { At = Now.AddDays(-1) });
        Assert.Equal(Now.AddDays(-2), BuildDraft.ReceivedOf([second, first]));
        Assert.Equal(Now.AddDays(-1), BuildDraft.ReceivedOf([second]));
        // A notice came before it was entered here; never after that, whatever its date says.
        var notice = second with
        {
            NoticeReceivedAt = Now.AddDays(-3),
        };
        Assert.Equal(Now.AddDays(-3), BuildDraft.ReceivedOf([first, notice]));
        Assert.Equal(Now.AddDays(-1), BuildDraft.ReceivedOf([second with { NoticeReceivedAt = Now }]));
        var draft = BuildDraft.From(Sources());
        Assert.Equal((Now.AddDays(-2), Now.AddHours(-3)), (draft.ReceivedAt, draft.KnowledgeAt));
        Assert.Equal(draft.ReceivedAt, DraftCodec.Read(DraftCodec.Write(draft)).ReceivedAt);
    }

    [Fact]
    public void Why_says_what_the_views_say_and_never_that_nobody_looked()
    {
        var sources = Sources("KnownCsam", Whole());
        var item = sources.Used[0];
        var byFlag = sources with
        {
            Case = sources.Case with { Items = [item with { Origin = CaseOrigin.Flag }] },
        };
        const string NoRecord = "No record says that a person opened the file";
        const string InPart = "saw a part or a reduced picture of it, not the whole file";
        (DraftSources From, string Says)[] cases =
        [
            (sources, NoRecord + "; it was decided by its match."),
            (byFlag, NoRecord + "."),
            (sources with { Views = [View("metadata")] }, NoRecord),
            (sources with { Views = [View("rendition")] }, InPart),
            (byFlag with { Views = [View("reveal")] }, InPart),
            (sources with { Views = [View("rendition", Guid.NewGuid())] }, NoRecord),
            (
                sources with
                {
                    Contents = [sources.Contents[0], Kept(item)],
                    Viewed = new HashSet<Guid> { sources.Contents[0].Id },
                },
                "Of 2 files 1 were shown whole to a person."
            ),
            (
                sources with
                {
                    Viewed = new HashSet<Guid> { sources.Contents[0].Id },
                    Views = [View("reveal", whole: true), View("reveal", whole: true, viewer: "person:two")],
                },
                "The file was shown whole to 2 person(s), first"
            ),
            (sources with { Contents = [] }, "The file is not kept by the reporting system."),
        ];
        foreach (var (from, says) in cases)
        {
            var why = WhyText.Of(from);
            Assert.Contains(says, why, StringComparison.Ordinal);
            Assert.DoesNotContain("obody", why, StringComparison.Ordinal);
            Assert.Equal(says.StartsWith(NoRecord, StringComparison.Ordinal), why.Contains(NoRecord));
        }

        SeenContent View(string mode, Guid? of = null, bool whole = false, string viewer = "person:one") =>
            new(of ?? item.ItemId, viewer, Now.AddHours(-4), mode, whole);
    }

    [Fact]
    public void An_approval_is_of_one_version_and_of_the_very_bytes()
    {
        var first = new FirstApproval { DraftVersion = 3, Sha256 = [1, 2] };
        Assert.True(first.IsOf(new ReportRow { DraftVersion = 3 }, [1, 2]));
        Assert.False(first.IsOf(new ReportRow { DraftVersion = 4 }, [1, 2]));
        Assert.False(first.IsOf(new ReportRow { DraftVersion = 3 }, [1, 3]));
    }

    [Fact]
    public void What_leaves_was_approved_by_people_its_undo_time_is_over_and_samples_stay_in_the_test_environment()
    {
        (string? Refusal, ReportRow Report)[] cases =
        [
            (null, Row()),
            (null, Row(second: "person:b")),
            (null, Row(state: ReportState.Filing)),
            (null, Row(isTest: true)),
            (FilingGate.OtherState, Row(state: ReportState.Draft)),
            (FilingGate.OtherState, Row(state: ReportState.NeedsHuman)),
            (FilingGate.OtherState, Row(state: ReportState.Withdrawn)),
            (FilingGate.TooEarly, Row(leavesIn: 1)),
            (FilingGate.TooEarly, Row(leavesIn: null)),
            (FilingGate.NoPerson, Row(first: null)),
            (FilingGate.NoPerson, Row(first: "key:1")),
            (FilingGate.NoPerson, Row(first: "person:")),
            (FilingGate.NoPerson, Row(second: "person:a")),
            (FilingGate.NoPerson, Row(second: "key:1")),
            (FilingGate.TestInProduction, Row(isTest: true, at: ReportEnvironment.Production)),
        ];
        foreach (var (refusal, report) in cases)
        {
            Assert.Equal(refusal, FilingGate.Refusal(report, Now));
        }
        // What is over is over, and nothing is approved but a draft.
        foreach (var from in Enum.GetValues<ReportState>())
        {
            Assert.Equal(from == ReportState.Draft, ReportMoves.May(from, ReportState.Approved));
            Assert.False(ReportMoves.May(from, from));
        }
        Assert.Equal(
            [ReportState.Filed, ReportState.FiledReceiptLost, ReportState.Rejected, ReportState.Withdrawn],
            Enum.GetValues<ReportState>().Where(ReportMoves.IsFinal)
        );

        static ReportRow Row(
            string? first = "person:a",
            string? second = null,
            ReportState state = ReportState.Approved,
            int? leavesIn = 0,
            bool isTest = false,
            ReportEnvironment at = ReportEnvironment.Test
        ) =>
            new()
            {
                State = state,
                Environment = at,
                IsTest = isTest,
                ApprovedAt = Now.AddMinutes(-1),
                ApprovedBy = first,
                SecondBy = second,
                LeavesAt = leavesIn is { } some ? Now.AddSeconds(some) : null,
            };
    }
}
