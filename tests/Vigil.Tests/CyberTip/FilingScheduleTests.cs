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
