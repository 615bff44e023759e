using System.Diagnostics;
using Vigil.Tests.Matching.Search;

namespace Vigil.Tests.Matching;

public class InstructionSetTests
{
    /// <summary>
    /// The switches are read when a process starts, so the search tests run again in one of their own.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task The_search_is_right_without(string instructions)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Vigil.Tests"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] classes = [typeof(MatchIndexTests).FullName!, typeof(SegmentTests).FullName!];
        foreach (var argument in classes.SelectMany(name => new[] { "-class", name }).Append("-noColor"))
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[instructions] = "0";
        // The outer run's coverage profiler is not wanted there.
        start.Environment["CORECLR_ENABLE_PROFILING"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await errors);
        Assert.Contains("Failed: 0", await output, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0,", await output, StringComparison.Ordinal);
    }
}
