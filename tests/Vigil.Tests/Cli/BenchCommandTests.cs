namespace Vigil.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_search_is_measured_with_checked_answers_recall_and_seed()
    {
        var ran = _folder.Vigil.Call("bench", "search", "--entries", "1000,70000", "--seed", "7");
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("seed 7", ran.Out, StringComparison.Ordinal);
        Assert.Contains("| 1,000 | plain popcount scan, p50 | ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("| 70,000 | single query, p50 | ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("times the scan's speed", ran.Out, StringComparison.Ordinal);
        Assert.Equal(2, ran.Out.Split("1.0000 (").Length - 1);
    }

    [Theory]
    [InlineData("--entries many")]
    [InlineData("--entries 10")]
    [InlineData("--entries 1000,2000000000")]
    [InlineData("--seed -1")]
    public void A_size_out_of_range_is_a_usage_error(string options)
    {
        var ran = _folder.Vigil.Call(["bench", "search", .. options.Split(' ')]);
        Assert.Equal(2, ran.ExitCode);
        Assert.Empty(ran.Out);
    }
}
