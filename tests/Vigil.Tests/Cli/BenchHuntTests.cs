namespace Vigil.Tests.Cli;

public sealed class BenchHuntTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hunt_is_measured_both_ways_with_equal_answers()
    {
        var ran = _folder.Vigil.Call(
            "bench",
            "hunt",
            "--hashes",
            "40000",
            "--entries",
            "100,9000",
            "--seed",
            "3"
        );
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("seed 3", ran.Out, StringComparison.Ordinal);
        Assert.Contains("| 40,000 | history in sealed files | ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("| 40,000 | 9,000 entries hunted, two threads | ", ran.Out, StringComparison.Ordinal);
        Assert.Equal(2, ran.Out.Split("contents found, both ways").Length - 1);
    }

    [Theory]
    [InlineData("--hashes 1")]
    [InlineData("--entries 0")]
    public void A_size_out_of_range_is_a_usage_error(string options)
    {
        var ran = _folder.Vigil.Call(["bench", "hunt", .. options.Split(' ')]);
        Assert.Equal(2, ran.ExitCode);
        Assert.Empty(ran.Out);
    }
}
