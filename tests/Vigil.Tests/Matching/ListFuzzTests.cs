using System.Diagnostics;
using System.Text;
using Vigil.Matching.Lists;
using static Vigil.Tests.Matching.ListText;

namespace Vigil.Tests.Matching;

public class ListFuzzTests
{
    private static readonly string[] Samples =
    [
        $"# list\n{Md5}\n{Sha1} # x\n{Pdq}\n",
        $"pdq {Pdq}\nvideo_md5 {Md5}\n{Sha1}\n",
        $"id,md5,sha1,pdq,pdq_quality,category\n1,{Md5},{Sha1},{Pdq},80,A1\n\"2\",\"{Md5}\",,,,\"x \"\"y\"\"\"\n",
        $"md5;note\r\n{Md5};\"a\r\nb\"\r\n",
        Vics(
            $$"""{"MediaID":1,"MD5":"{{Md5}}","Category":1,"Exifs":[{"a":"b"}],"AlternateHashes":[{"HashName":"PDQ","HashValue":"{{Pdq}}"}]},{"SHA1":"{{Sha1}}"}"""
        ),
        Vics($$"""{"CaseID":"c","Media":[{"MD5":"{{Md5}}","\u0041":1.5e3,"T":[true,null,{}]}]}""", VicsCases),
    ];

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "\"",
            "\0",
            "\n",
            "{",
            "}",
            "[",
            "\\u",
            "\\ud800",
            ",",
            ";",
            "#",
            "'=",
            "\ufeff",
            "e999",
            "pdq ",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe],
        [0xc3],
        new byte[300],
    ];

    [Fact]
    public void Damaged_lists_give_rejects_or_a_clear_failure_and_nothing_else()
    {
        var luck = Made.Luck();
        var formats = Enum.GetValues<ListFormat>();
        var (read, refused, slowest) = (0, 0, TimeSpan.Zero);
        for (var i = 0; i < Made.Count(20_000); i++)
        {
            var bytes = Mutate(Encoding.UTF8.GetBytes(Samples[i % Samples.Length]), luck);
            var options = new ListReadOptions
            {
                // Mostly as found, sometimes as what it is not.
                Format = luck.Next(3) > 0 ? ListFormat.Detect : formats[luck.Next(formats.Length)],
                SixtyFourDigits = (SixtyFourDigits)luck.Next(2),
            };
            var clock = Stopwatch.StartNew();
            try
            {
                Assert.All(
                    Read(bytes, options),
                    row => Assert.True(row.Entry is null != row.Rejected is null)
                );
                read++;
            }
            catch (ListFormatException)
            {
                refused++;
            }
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"read {read}, refused {refused}, slowest {slowest}");
        Assert.True(read > 100 && refused > 100);
        Assert.True(slowest < TimeSpan.FromSeconds(1), $"one took {slowest}");
    }

    private static byte[] Mutate(byte[] bytes, Random luck)
    {
        var list = bytes.ToList();
        for (var n = luck.Next(1, 6); n > 0 && list.Count > 0; n--)
        {
            var at = luck.Next(list.Count);
            var length = Math.Min(luck.Next(40), list.Count - at);
            switch (luck.Next(6))
            {
                case 0:
                    list[at] ^= (byte)(1 << luck.Next(8));
                    break;
                case 1:
                    list.RemoveRange(at, length);
                    break;
                case 2:
                    list.InsertRange(at, Words[luck.Next(Words.Length)]);
                    break;
                case 3:
                    list.InsertRange(at, list.GetRange(luck.Next(list.Count - length + 1), length));
                    break;
                case 4:
                    list[at] = (byte)luck.Next(256);
                    break;
                default:
                    list.RemoveRange(at, list.Count - at);
                    break;
            }
        }
        return [.. list];
    }
}
