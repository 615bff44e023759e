using System.Globalization;
using System.Text.Json;
using Vigil.Media;
using Vigil.Media.Protocol;

namespace Vigil.Tests.Cli;

public sealed class BenchHashTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Times_and_ratios_of_each_picture_are_printed_with_equal_answers_and_the_fallback_rate()
    {
        var files = new[]
        {
            _folder.Write("a.bmp", Pictures.Bmp(1, 200)),
            _folder.Write("b.bmp", Pictures.Bmp(2)),
        };

        var ran = _folder.Vigil.Call(["bench", "hash", "--rounds", "3", "--format", "csv", .. files]);

        Assert.Equal(0, ran.ExitCode);
        var columns = ran.Lines[0].Split(',');
        Assert.Equal(2 * files.Length, ran.Rows.Length);
        foreach (var row in ran.Rows)
        {
            double Of(string column) =>
                double.Parse(row[Array.IndexOf(columns, column)], CultureInfo.InvariantCulture);
            Assert.True(Of("decode") > 0 && Of("ordered") > 0 && Of("composite") > 0 && Of("digests") > 0);
            // The ratio is that of the two times, as far as digits go.
            Assert.InRange(Of("plain/ordered") / (Of("plain") / Of("ordered")), 0.8, 1.25);
            Assert.Equal("yes", row[Array.IndexOf(columns, "equal")]);
        }
        Assert.Equal(["median", "mean"], ran.Rows[..2].Select(row => row[4]));
        Assert.Matches(@"fell back on \d of 2 pictures", ran.Error);
        Assert.Contains("machine: ", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_is_too_large_for_the_composite_filter_did_not_fall_back()
    {
        var files = new[]
        {
            _folder.Write("small.bmp", Pictures.Bmp(1)),
            _folder.Write("large.bmp", Pictures.Bmp(2, side: 2049)),
        };

        var ran = _folder.Vigil.Call(["bench", "hash", "--rounds", "1", "--format", "text", .. files]);

        Assert.Equal(0, ran.ExitCode);
        Assert.Matches(@"fell back on \d of 1 pictures \(\d+ %\), too large for it: 1", ran.Error);
        Assert.Contains("too large for composite", string.Concat(ran.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_and_what_is_no_picture_is_an_error()
    {
        var picture = _folder.Write("a.bmp", Pictures.Bmp(3));
        var text = _folder.Write("a.txt", "no picture");

        var ran = _folder.Vigil.Call(
            "bench",
            "hash",
            "--rounds",
            "1",
            "--format",
            "json",
            picture,
            text,
            "nowhere"
        );

        Assert.Equal(3, ran.ExitCode);
        var all = JsonDocument.Parse(ran.Out).RootElement;
        Assert.Equal(3, all.GetArrayLength());
        Assert.True(all[0].GetProperty("equal").GetBoolean());
        Assert.True(all[0].GetProperty("medianMs").GetProperty("plain").GetDouble() > 0);
        Assert.Equal("not-media", all[1].GetProperty("error").GetString());
        Assert.Equal("not-found", all[2].GetProperty("error").GetString());
    }

    [Fact]
    public void An_answer_of_a_worker_that_breaks_its_form_is_none()
    {
        var bytes = new byte[BenchAnswer.ByteLength];
        var timings = new HashTimings
        {
            Format = MediaFormat.Jpeg,
            Width = 30,
            Height = 20,
            CompositeTried = true,
            Equal = true,
            Decode = new Timing(TimeSpan.FromTicks(7), TimeSpan.FromTicks(9)),
            Grey = new Timing(TimeSpan.FromTicks(3), TimeSpan.FromTicks(4)),
            GreyBits = 5,
        };
        BenchAnswer.Write(bytes, MediaOutcome.Done, timings);
        Assert.True(BenchAnswer.TryRead(bytes, out var outcome, out var read));
        Assert.Equal((MediaOutcome.Done, timings), (outcome, read));

        Assert.False(BenchAnswer.TryRead(bytes.AsSpan(1), out _, out _));
        foreach (var (at, value) in new[] { (0, 200), (2, 200), (7, 0x80), (12, 8), (113, 2), (115, 0xC0) })
        {
            var changed = (byte[])bytes.Clone();
            changed[at] = (byte)value;
            Assert.False(BenchAnswer.TryRead(changed, out _, out _));
        }
    }
}
