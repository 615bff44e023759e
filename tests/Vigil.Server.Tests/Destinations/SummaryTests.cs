using System.Text;
using Vigil.Server.Features.Reporting.Destinations;

namespace Vigil.Server.Tests.Destinations;

public class SummaryTests
{
    [Fact]
    public void What_turns_the_direction_of_writing_is_shown_as_its_number()
    {
        var report = Encoding.UTF8.GetBytes("{\"fileName\":\"a\\u202Egpj.exe <b>\",\"words\":\"one\\ntwo\"}");

        var page = Encoding.UTF8.GetString(SummaryHtml.Of("SAMPLE", [("name", "x\u2066y")], report));

        Assert.Contains("a&lt;U+202E&gt;gpj.exe &lt;b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("x&lt;U+2066&gt;y", page, StringComparison.Ordinal);
        Assert.Contains("one\ntwo", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page);
    }
}
