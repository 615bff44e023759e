using System.Diagnostics;
using System.Text;
using Vigil.CyberTip;
using Vigil.CyberTip.Service;
using Vigil.Tests.Files;

namespace Vigil.Tests.CyberTip;

public class ReaderFuzzTests
{
    private const long MaxAllocatedBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    private static readonly string[] Pieces =
    [
        "<",
        ">",
        "/>",
        "</report>",
        "<report>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&#x0;",
        "&amp;",
        "&a;",
        "<!DOCTYPE a>",
        "<?a?>",
        "xmlns=\"b\"",
        " a=\"1\"",
        "\0",
        "\ufffe",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "null",
        "1e999",
        "true",
        ":",
        ",",
    ];

    [Fact]
    public void Altered_documents_are_read_or_refused_without_surprise()
    {
        var random = Effort.NewRandom();
        for (var round = 0; round < Effort.Of(20_000); round++)
        {
            var made = new MadeReports(random.Next(), SchemaVersion.V2026);
            byte[] document = random.Next(4) switch
            {
                0 => ReportXml.Write(made.File()),
                1 => ReportJson.Write(new Draft { Report = made.Report(), FileDetails = [made.File()] }),
                2 => Encoding.UTF8.GetBytes(
                    "<reportDoneResponse><responseCode>0</responseCode><reportId>1</reportId>"
                        + "<files><fileId>a</fileId></files></reportDoneResponse>"
                ),
                _ => ReportXml.Write(made.Report()),
            };
            Read(Altered(document, random));
        }
    }

    [Fact]
    public void Hostile_documents_cost_bounded_time_and_memory()
    {
        const int many = 1_000_000;
        Read(Encoding.UTF8.GetBytes(new string('<', many)));
        Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", many / 4))));
        Read(
            Encoding.UTF8.GetBytes(
                "<report " + string.Concat(Enumerable.Range(0, many / 16).Select(n => $"a{n}=\"1\" ")) + "/>"
            )
        );
        Read(Encoding.UTF8.GetBytes(new string('[', many)));
        Read(Encoding.UTF8.GetBytes("{\"report\":" + string.Concat(Enumerable.Repeat("{\"a\":", many / 8))));
        Read(
            Encoding.UTF8.GetBytes(
                $"<report><additionalInfo>{string.Concat(Enumerable.Repeat("&amp;", many / 5))}</additionalInfo></report>"
            )
        );
        Read(new byte[many]);
    }

    private static void Read(byte[] document)
    {
        var xml = Bounded(document, () => ReportXml.Read(document));
        _ = ReportRules.Check(xml, SampleReports.Context);
        if (xml is { IsValid: true, Value: { } part })
        {
            Assert.Equal(part, ReportXml.Read(ReportXml.Write(part)).Value);
        }
        var json = Bounded(document, () => ReportJson.Read(document));
        _ = ReportRules.Check(json, SampleReports.Context);
        foreach (var call in Enum.GetValues<ServiceCall>())
        {
            _ = Bounded(document, () => AnswerReader.Read(call, 200, null, document));
        }
    }

    private static T Bounded<T>(byte[] document, Func<T> read)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, MaxAllocatedBytes + document.Length * 50L);
        Assert.True(watch.Elapsed < MaxTime, $"{document.Length} bytes took {watch.Elapsed}");
        return result;
    }

    private static byte[] Altered(byte[] document, Random random)
    {
        var bytes = document.ToList();
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(200), bytes.Count - at)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
