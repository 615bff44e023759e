using Vigil.Tests.Files;

namespace Vigil.Tests.CyberTip;

/// <summary>
/// Every order of up to three faults, four in a long run (lost before, lost after, other bytes, crash, lost lease,
/// expiry, a service that forgets), at every place, for one to three files and one or two workers.
/// </summary>
public class FilingScheduleTests
{
    [Fact]
    public void Each_report_is_finished_once_whatever_happens()
    {
        var faults = Effort.Of(5) == 5 ? 4 : 3;
        var (stories, bad, states) = (0.0, 0.0, 0);
        foreach (var (files, workers) in Sizes)
        {
            var explorer = new FilingExplorer(FilingProtocol.Ours);
            var (more, moreBad) = explorer.Explore(FilingWorld.Begin(files, workers, faults));
            Assert.Null(explorer.FirstBad);
            (stories, bad, states) = (stories + more, bad + moreBad, states + explorer.States);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"schedules={stories:0} bad={bad:0} states={states} faults={faults}"
        );
        Assert.Equal(0, bad);
        Assert.True(stories > 1_000_000, $"Only {stories} schedules were looked at.");
    }

    /// <summary>At every place of each such order a person takes it back, once.</summary>
    [Fact]
    public void Taken_back_at_any_moment_it_is_withdrawn_or_filed_and_the_record_says_which()
    {
        var (stories, states) = (0.0, 0);
        foreach (var (files, workers) in Sizes.Where(size => size.Files < 3))
        {
            var explorer = new FilingExplorer(FilingProtocol.Ours);
            var begin = FilingWorld.Begin(files, workers, faults: 2) with { WithdrawalsLeft = 1 };
            var (more, bad) = explorer.Explore(begin);
            Assert.Null(explorer.FirstBad);
            Assert.Equal(0, bad);
            (stories, states) = (stories + more, states + explorer.States);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"schedules={stories:0} bad=0 states={states}");
        Assert.True(stories > 10_000, $"Only {stories} schedules were looked at.");
        Assert.Equal("filed though taken back", WithdrawalIgnored());
    }

    /// <summary>Who repeats a finish that was taken back files it, after all.</summary>
    private static string? WithdrawalIgnored()
    {
        var explorer = new FilingExplorer(FilingProtocol.NaiveForgetsWithdrawal);
        explorer.Explore(FilingWorld.Begin(files: 1, workers: 1, faults: 1) with { WithdrawalsLeft = 1 });
        return explorer.FirstBad?.Split(':')[0];
    }

    [Fact]
    public void What_is_written_in_a_hurry_files_twice_or_not_at_all()
    {
        Assert.StartsWith(
            "filed twice",
            BadOf(FilingProtocol.NaiveBeginsAgain, workers: 1),
            StringComparison.Ordinal
        );
        Assert.StartsWith("lost", BadOf(FilingProtocol.NaiveHopes, workers: 1), StringComparison.Ordinal);
        Assert.StartsWith(
            "other files",
            BadOf(FilingProtocol.NaiveUploadsAgain, workers: 1),
            StringComparison.Ordinal
        );
        Assert.NotNull(BadOf(FilingProtocol.Unfenced, workers: 2));
    }

    private static IEnumerable<(int Files, int Workers)> Sizes =>
        from files in new[] { 1, 2, 3 }
        from workers in new[] { 1, 2 }
        select (files, workers);

    private static string? BadOf(FilingProtocol protocol, int workers)
    {
        var explorer = new FilingExplorer(protocol);
        var (stories, bad) = explorer.Explore(FilingWorld.Begin(files: 1, workers, faults: 2));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"naive_control schedules={stories:0} bad={bad:0} {explorer.FirstBad}"
        );
        return bad > 0 ? explorer.FirstBad : null;
    }
}
