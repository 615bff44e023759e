using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class UrlSignalTests
{
    [Theory]
    [InlineData("HTTP://Example.COM", "http://example.com/")]
    [InlineData("example.com/a", "http://example.com/a")]
    [InlineData("https://example.com:443/", "https://example.com/")]
    [InlineData("http://example.com:80", "http://example.com/")]
    [InlineData("http://example.com:443/", "http://example.com:443/")]
    [InlineData("http://example.com:/", "http://example.com/")]
    [InlineData("http://example.com./", "http://example.com/")]
    [InlineData("http://example.com/a/./b/../c", "http://example.com/a/c")]
    [InlineData("http://example.com/../../a", "http://example.com/a")]
    [InlineData("http://example.com/a/..", "http://example.com/")]
    [InlineData("http://example.com/a/%2e%2e/b", "http://example.com/b")]
    [InlineData("http://example.com/%7euser/%41", "http://example.com/~user/A")]
    [InlineData("http://example.com/a%2fb", "http://example.com/a%2Fb")]
    [InlineData("http://example.com/100%", "http://example.com/100%25")]
    [InlineData("http://example.com/a b", "http://example.com/a%20b")]
    [InlineData("http://example.com/\u00fc", "http://example.com/%C3%BC")]
    [InlineData("http://example.com/\U0001F600", "http://example.com/%F0%9F%98%80")]
    [InlineData("http://example.com/#part", "http://example.com/")]
    [InlineData("http://example.com?q=1#part", "http://example.com/?q=1")]
    [InlineData("http://example.com/?utm_source=x&b=2", "http://example.com/?utm_source=x&b=2")]
    [InlineData("http://example.com/?", "http://example.com/?")]
    [InlineData("http://user:pass@example.com/", "http://example.com/")]
    [InlineData("http://good.example@evil.example/", "http://evil.example/")]
    [InlineData("http:\\\\example.com\\a", "http://example.com/a")]
    [InlineData("  http://example.com/a\n", "http://example.com/a")]
    [InlineData("http://exam\tple.com/", "http://example.com/")]
    [InlineData("http://b\u00fccher.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://B\u00dcCHER.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://example\u3002com/", "http://example.com/")]
    [InlineData("http://ex%61mple.com/", "http://example.com/")]
    // Four ways to write one address; System.Uri agrees with browsers on some of them only.
    [InlineData("http://0177.0.0.1/", "http://127.0.0.1/")]
    [InlineData("http://0x7f.1/", "http://127.0.0.1/")]
    [InlineData("http://2130706433/", "http://127.0.0.1/")]
    [InlineData("http://127.1/", "http://127.0.0.1/")]
    [InlineData("http://127.0.0.1./", "http://127.0.0.1/")]
    [InlineData("http://[2001:DB8:0:0::1]:80/", "http://[2001:db8::1]/")]
    public void An_address_has_one_form(string written, string normal)
    {
        Assert.True(UrlSignal.TryParse(written, out var signal));
        Assert.Equal(normal, signal!.Url);
        Assert.True(UrlSignal.TryParse(signal.Url, out var again));
        Assert.Equal(signal.Url, again!.Url);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ftp://example.com/")]
    [InlineData("javascript://example.com/")]
    [InlineData("http://")]
    [InlineData("http:///")]
    [InlineData("http://example.com:99999/")]
    [InlineData("http://example.com:8o/")]
    [InlineData("http://exa mple.com/")]
    [InlineData("http://a..b/")]
    [InlineData("http://256.0.0.1/")]
    [InlineData("http://08.0.0.1/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://4294967296/")]
    [InlineData("http://[::1/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://exa<mple.com/")]
    public void What_is_no_address_of_the_web_is_refused(string written)
    {
        Assert.False(UrlSignal.TryParse(written, out _));
    }

    [Fact]
    public void A_text_longer_than_the_limit_is_refused()
    {
        Assert.False(
            UrlSignal.TryParse("http://a.example/" + new string('a', UrlSignal.MaxCharacters), out _)
        );
    }

    [Fact]
    public void A_domain_entry_matches_the_hosts_below_it_and_no_other()
    {
        Assert.True(UrlSignal.TryParse("https://www.files.Example.com/a", out var signal));
        Assert.True(UrlSignal.TryParse("https://notfiles.example.com/", out var other));
        Assert.True(UrlSignal.TryParse("http://10.0.0.1/", out var address));
        Assert.True(UrlSignal.TryParseDomain("*.Files.example.com.", out var domain));

        Assert.Equal(["www.files.example.com", "files.example.com", "example.com", "com"], signal!.Domains);
        Assert.Contains(domain, signal.Domains);
        Assert.DoesNotContain(domain, other!.Domains);
        Assert.Equal(["10.0.0.1"], address!.Domains);
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com:80")]
    [InlineData("")]
    public void A_domain_entry_is_a_name_alone(string written)
    {
        Assert.False(UrlSignal.TryParseDomain(written, out _));
    }

    [Fact]
    public void A_signal_of_an_address_shows_nothing_of_it_as_text()
    {
        Assert.True(UrlSignal.TryParse("http://secret.example/", out var signal));
        Assert.DoesNotContain("secret", $"{signal}");
    }
}
