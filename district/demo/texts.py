"""The texts of the demonstration: plans and articles, written for it."""

from __future__ import annotations

from dataclasses import dataclass

DEPARTMENT_PLAN = """UBND TỈNH HOA SIM
SỞ GIÁO DỤC VÀ ĐÀO TẠO

Số:      /KH-SGDĐT

KẾ HOẠCH
Truyền thông về giáo dục và đào tạo năm học {year}

Căn cứ nhiệm vụ trọng tâm năm học {year} của ngành, Sở Giáo dục và Đào tạo Hoa Sim xây dựng Kế hoạch truyền thông về giáo dục và đào tạo năm học {year} như sau:

I. MỤC ĐÍCH, YÊU CẦU

1. Mục đích
- Giúp cha mẹ học sinh và nhân dân hiểu đúng, hiểu sớm các chủ trương về giáo dục, từ đó đồng thuận và cùng nhà trường chăm lo cho học sinh.
- Lan tỏa những tấm gương nhà giáo, học sinh và người dân làm việc tốt vì trường học.
- Nắm bắt và giải đáp kịp thời điều cha mẹ học sinh quan tâm.

2. Yêu cầu
- Thông tin chính xác, có nguồn, được thẩm định và phê duyệt trước khi đăng.
- Tôn trọng đời tư của trẻ em; chỉ đăng ảnh khi đã có sự đồng ý.
- Chủ động, thường xuyên, đúng lúc; mỗi trường có ít nhất một kênh chính thức cập nhật hằng tuần.

II. NỘI DUNG TRUYỀN THÔNG

1. Nội dung trọng tâm
a) Chủ trương, chính sách mới về giáo dục và quyền lợi của người học
b) Nuôi dưỡng, chăm sóc và giáo dục trẻ mầm non
c) Dạy và học theo chương trình giáo dục phổ thông, đánh giá học sinh
d) Trường học an toàn: phòng chống đuối nước, bạo lực học đường, an toàn giao thông
đ) Chuyển đổi số trong dạy học và quản lý
e) Tuyển sinh, thi và hướng nghiệp

2. Gương người tốt, việc tốt
Hằng tháng mỗi trường xây dựng 01 bài viết về gương người tốt, việc tốt của cán bộ, giáo viên, nhân viên, học sinh, cha mẹ học sinh hoặc người dân trên địa bàn.

3. Kênh truyền thông
- Trang thông tin điện tử của nhà trường và của cơ quan quản lý.
- Đài truyền thanh xã, phường.
- Nhóm trao đổi với cha mẹ học sinh, bảng tin tại trường.

III. TỔ CHỨC THỰC HIỆN

1. Ủy ban nhân dân xã, phường
Xây dựng kế hoạch phù hợp với địa bàn; theo dõi, giúp đỡ các trường; tổng hợp kết quả theo học kỳ.

2. Các trường
Lập tổ truyền thông, phân công người viết, người thẩm định và người phụ trách trang thông tin điện tử; đưa kết quả vào báo cáo sơ kết, tổng kết.

Trên đây là Kế hoạch truyền thông về giáo dục và đào tạo năm học {year}, đề nghị các đơn vị nghiêm túc thực hiện./.

Nơi nhận:
- Ủy ban nhân dân các xã, phường (để phối hợp);
- Các trường trực thuộc (để thực hiện);
- Lưu: VT.

GIÁM ĐỐC

Hoàng Văn Minh Họa
"""

WARD_PLAN = """ỦY BAN NHÂN DÂN PHƯỜNG NẮNG MAI

Số:      /KH-UBND

KẾ HOẠCH
Truyền thông giáo dục phường Nắng Mai năm học {year}

Thực hiện nhiệm vụ giáo dục trên địa bàn, Ủy ban nhân dân phường Nắng Mai xây dựng Kế hoạch truyền thông giáo dục năm học {year} như sau:

I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
- Người dân nắm được việc học của con em mình và cùng giữ trường học xanh, sạch, an toàn.
2. Yêu cầu
- Mỗi tin bài có người viết, người thẩm định và người duyệt.

II. NỘI DUNG
1. Trường học hạnh phúc: mỗi ngày đến trường là một ngày vui
2. An toàn trên đường đến trường
3. Hằng tháng mỗi trường xây dựng 01 bài viết về gương người tốt, việc tốt.
4. Kênh: trang thông tin điện tử của trường, loa phường.

III. TỔ CHỨC THỰC HIỆN
1. Các trường
Xây dựng kế hoạch của trường trước ngày 20 tháng 9 và đăng công khai.

Trên đây là Kế hoạch truyền thông giáo dục năm học {year} của phường Nắng Mai, đề nghị các trường thực hiện./.

Nơi nhận:
- Các trường trên địa bàn;
- Lưu: VT.

CHỦ TỊCH

Dương Văn Mẫu Phúc
"""


@dataclass(frozen=True)
class DemoArticle:
    """A text. ``topic`` is a word of the plan node it serves; ``levels`` are the education levels it suits (empty: all)."""

    title: str
    summary: str
    paragraphs: tuple[str, ...]
    genre: str
    topic: str
    levels: tuple[str, ...] = ()
    role_model: str | None = None
    deed: str | None = None
    picture: str = "yard"


_MN = ("preschool",)
_TH = ("primary",)
_CS = ("lower_secondary",)
_PT = ("upper_secondary",)

ARTICLES = (
    DemoArticle(
        "Ngày hội trồng rau của các bé lớp Lá",
        "Sáng thứ Bảy, hơn 40 bé lớp Lá cùng cha mẹ gieo những luống cải đầu tiên trong vườn trường.",
        (
            "Từ 7h30, sân sau của trường đã rộn tiếng cười. Mỗi gia đình nhận một ô đất nhỏ, một gói hạt và một chiếc bình tưới.",
            "Cô giáo hướng dẫn các bé rắc hạt thật thưa, phủ một lớp đất mỏng rồi tưới nhẹ. Bé nào cũng hồi hộp đặt tên cho luống rau của mình.",
            "Vườn rau sẽ được các bé chăm mỗi sáng. Khoảng 25 ngày nữa, bữa ăn bán trú sẽ có rau do chính tay các bé trồng.",
        ),
        "news", "mầm non", _MN, picture="garden",
    ),
    DemoArticle(
        "Thực đơn tuần mới: thêm cá, bớt đường",
        "Nhà trường công bố thực đơn bán trú tuần này, tăng 02 bữa cá và giảm lượng đường trong bữa phụ.",
        (
            "Thực đơn được xây dựng cùng đại diện cha mẹ trẻ, bảo đảm đủ bốn nhóm chất và thay đổi theo mùa.",
            "Bữa phụ buổi chiều chuyển từ chè ngọt sang trái cây và sữa chua không đường. Lượng đường giảm khoảng 30% so với tháng trước.",
            "Cha mẹ có thể xem bếp ăn vào sáng thứ Tư hằng tuần, từ 8h00 đến 9h00.",
        ),
        "notice", "mầm non", _MN, picture="kitchen",
    ),
    DemoArticle(
        "Tuần lễ đọc sách đầu năm học",
        "Từ ngày 05/10 đến 09/10, mỗi lớp dành 15 phút đầu giờ để cùng đọc một cuốn sách.",
        (
            "Thư viện mở cửa thêm giờ trưa. Mỗi học sinh chọn một cuốn, đọc và kể lại cho bạn bên cạnh nghe.",
            "Sau bốn ngày, toàn trường đã mượn 312 lượt sách, gấp đôi cùng kỳ năm trước.",
            "Cuối tuần, các lớp đổi sách cho nhau để góc đọc luôn có điều mới.",
        ),
        "news", "chương trình", _TH, picture="books",
    ),
    DemoArticle(
        "Cùng con làm quen với cách nhận xét mới",
        "Buổi trao đổi giúp cha mẹ hiểu vì sao vở của con có nhiều lời nhận xét hơn điểm số.",
        (
            "Ở tiểu học, giáo viên nhận xét từng bước tiến của học sinh thay vì chỉ cho điểm. Lời nhận xét nói rõ con đã làm được gì và cần cố gắng ở đâu.",
            "Cha mẹ được xem ba bài vở thật, thử viết lời động viên và so sánh với nhận xét của cô.",
            "Nhà trường sẽ gửi bản tóm tắt buổi trao đổi trong tuần này để những gia đình vắng mặt cùng nắm được.",
        ),
        "feature", "chương trình", _TH, picture="class",
    ),
    DemoArticle(
        "Đội tuyên truyền măng non kể chuyện an toàn giao thông",
        "12 đội viên tự viết kịch bản, đóng vai người đi bộ, người lái xe và chú cảnh sát để nhắc bạn qua đường đúng cách.",
        (
            "Tiểu phẩm dài 10 phút được diễn ngay trong giờ chào cờ sáng thứ Hai. Cả sân trường cùng trả lời câu đố sau mỗi cảnh.",
            "Các em nhắc nhau ba điều: đội mũ bảo hiểm, đi đúng phần đường, nhìn cả hai phía trước khi qua đường.",
            "Đội sẽ tiếp tục diễn tại nhà văn hóa thôn vào cuối tháng.",
        ),
        "news", "an toàn", (), picture="road",
    ),
    DemoArticle(
        "Lớp học bơi miễn phí khai giảng khóa thứ hai",
        "60 học sinh lớp 4 và lớp 5 bắt đầu 15 buổi học bơi và kỹ năng thoát hiểm dưới nước.",
        (
            "Hồ bơi di động được lắp ngay trong sân trường. Mỗi nhóm 10 em có một thầy dạy và một nhân viên y tế theo dõi.",
            "Các em học nổi, thở, bơi 25 m và cách gọi người lớn khi thấy bạn gặp nạn, không tự nhảy xuống cứu.",
            "Khóa trước có 58/60 em bơi được, đạt 96,7%.",
        ),
        "news", "an toàn", _TH, picture="pool",
    ),
    DemoArticle(
        "Câu lạc bộ khoa học làm trạm đo mưa từ chai nhựa",
        "Học sinh lớp 8 tự làm trạm đo mưa, ghi số liệu mỗi ngày và gửi cho xã để cảnh báo lũ quét.",
        (
            "Trạm gồm một phễu, một ống chia vạch và một cảm biến nối với máy tính của phòng tin học. Chi phí chưa đến 150.000 đồng.",
            "Sau ba tuần, nhóm đã có 21 ngày số liệu. Trận mưa lớn nhất đo được là 64 mm trong một đêm.",
            "Thầy phụ trách cho biết học kỳ này các em sẽ đặt thêm 02 trạm ở hai đầu xã.",
        ),
        "feature", "số", _CS, picture="science",
    ),
    DemoArticle(
        "Phiên tòa giả định: nói không với bạo lực học đường",
        "Học sinh nhập vai thẩm phán, luật sư và nhân chứng để hiểu hậu quả của một lời trêu chọc.",
        (
            "Tình huống được viết từ những câu chuyện các em kể ẩn danh trong hộp thư tâm lý của trường.",
            "Sau phiên tòa, mỗi lớp thảo luận và ký cam kết giúp bạn bị bắt nạt lên tiếng.",
            "Phòng tư vấn mở cửa các buổi chiều thứ Ba và thứ Năm, từ 16h15.",
        ),
        "news", "an toàn", _CS, picture="class",
    ),
    DemoArticle(
        "Ngày hội hướng nghiệp: 11 gian hàng, 400 câu hỏi",
        "Học sinh lớp 12 gặp người làm nghề thật để hỏi về công việc, thu nhập và con đường học tập.",
        (
            "Từ người thợ điện, kỹ sư nông nghiệp đến cô y tá trạm xá, mỗi gian hàng trả lời câu hỏi của học sinh trong 20 phút.",
            "Câu hỏi được hỏi nhiều nhất: làm nghề này có được ở gần nhà không.",
            "Trường sẽ tổ chức buổi thứ hai dành cho cha mẹ vào tháng sau.",
        ),
        "feature", "hướng nghiệp", _PT, picture="fair",
    ),
    DemoArticle(
        "Cô giáo mười năm giữ lớp ghép trên núi",
        "Mỗi tuần cô đi bộ 6 km đường dốc để dạy 14 học sinh của điểm trường xa nhất xã.",
        (
            "Điểm trường có hai nhóm lớp học chung một phòng. Cô dạy nhóm này thì giao bài cho nhóm kia, rồi đổi lại.",
            "Có hôm mưa lớn, cô ở lại điểm trường ba ngày, nấu cơm cùng các em chưa về được nhà.",
            "Mười năm qua, không em nào trong lớp của cô bỏ học giữa chừng.",
        ),
        "role_model", "Gương", ("primary", "lower_secondary"),
        role_model="Cô giáo Nguyễn Thị Mẫu Hạnh", deed="Mười năm dạy lớp ghép ở điểm trường xa, không để học sinh bỏ học", picture="mountain",
    ),
    DemoArticle(
        "Bác bảo vệ sửa xe giúp học trò",
        "Góc nhỏ cạnh cổng trường có bộ đồ nghề của bác bảo vệ, sẵn sàng vá xe miễn phí mỗi chiều.",
        (
            "Bác bắt đầu từ một lần thấy em học sinh dắt bộ chiếc xe thủng lốp về nhà cách trường 4 km.",
            "Từ đầu năm đến nay bác đã vá và thay dây phanh cho 87 chiếc xe. Bác còn dạy các em tự bơm lốp, chỉnh yên.",
            "Bác nói: xe tốt thì các cháu đi học an toàn, thế là vui.",
        ),
        "role_model", "Gương", (),
        role_model="Bác Trần Văn Thử Bình", deed="Sửa xe miễn phí cho học sinh mỗi buổi chiều", picture="bike",
    ),
    DemoArticle(
        "Cậu học trò nhặt được ví, tìm bằng được người mất",
        "Nhặt được chiếc ví có nhiều giấy tờ trên đường đi học, em mang đến nhờ thầy tổng phụ trách trả lại.",
        (
            "Trong ví có giấy tờ và một khoản tiền bằng nửa tháng lương của người công nhân. Em không mở tiền ra đếm, chỉ tìm tên trên thẻ.",
            "Chiều cùng ngày, người mất đến trường nhận lại và xin được cảm ơn trước lớp.",
            "Em chỉ cười: nếu mẹ em mất ví chắc mẹ cũng buồn lắm.",
        ),
        "role_model", "Gương", ("primary", "lower_secondary"),
        role_model="Một học sinh của trường", deed="Nhặt được của rơi, tìm người trả lại", picture="yard",
    ),
    DemoArticle(
        "Mẹ của bé lớp Mầm góp 200 chiếc ghế nhỏ từ gỗ vụn",
        "Xưởng mộc gia đình tận dụng gỗ thừa để đóng ghế cho các lớp, mỗi chiếc có khắc hình một con vật.",
        (
            "Ý tưởng đến khi chị thấy các con ngồi chung ghế dài, bé nhỏ thì hụt chân.",
            "Cả xưởng làm thêm buổi tối trong sáu tuần. Ghế được mài nhẵn, quét dầu không mùi và bắt vít chìm để an toàn cho trẻ.",
            "Các bé thích nhất chiếc ghế hình con thỏ, hôm nào cũng hẹn nhau đổi chỗ.",
        ),
        "role_model", "Gương", _MN,
        role_model="Chị Phạm Thị Thử Lam, phụ huynh lớp Mầm", deed="Đóng tặng 200 chiếc ghế nhỏ từ gỗ vụn", picture="kitchen",
    ),
    DemoArticle(
        "Thầy giáo tin học dạy ông bà dùng điện thoại",
        "Mỗi tối thứ Sáu, phòng tin học sáng đèn cho lớp học đặc biệt của những học viên trên 60 tuổi.",
        (
            "Các ông bà học gọi video cho cháu, xem tin của trường và nhận ra tin nhắn lừa đảo.",
            "Sau hai tháng, 35 người đã tự xem được thông báo họp phụ huynh mà không cần nhờ con.",
            "Thầy cho biết sẽ mở thêm một lớp ở nhà văn hóa thôn.",
        ),
        "role_model", "Gương", ("lower_secondary", "upper_secondary"),
        role_model="Thầy Lê Văn Mẫu Phúc", deed="Mở lớp miễn phí dạy người lớn tuổi dùng điện thoại an toàn", picture="science",
    ),
    DemoArticle(
        "Họp cha mẹ học sinh: công khai các khoản thu đầu năm",
        "Nhà trường công khai mức thu, cách miễn giảm và kế hoạch chi trước khi lấy ý kiến cha mẹ học sinh.",
        (
            "Các khoản thu được niêm yết tại bảng tin và đăng trên trang thông tin điện tử của trường trước ngày họp 05 ngày.",
            "Gia đình khó khăn được hướng dẫn làm đơn miễn giảm ngay tại chỗ. Tổ kế toán trả lời từng câu hỏi.",
            "Biên bản họp của các lớp sẽ được tổng hợp và gửi lại trong tuần.",
        ),
        "notice", "Chủ trương", (), picture="class",
    ),
    DemoArticle(
        "Sổ liên lạc điện tử: xem bài vở, nhắn cô giáo, xin nghỉ",
        "Từ tháng này, cha mẹ xem nhận xét hằng tuần và xin phép nghỉ học ngay trên điện thoại.",
        (
            "Mỗi gia đình nhận một mã kích hoạt. Ai chưa có điện thoại thông minh vẫn nhận sổ giấy như trước.",
            "Nhà trường chỉ dùng số điện thoại để thông báo việc học, không chia sẻ cho bên khác.",
            "Nếu gặp khó khi cài đặt, cha mẹ liên hệ phòng văn thư trong giờ hành chính.",
        ),
        "notice", "số", (), picture="science",
    ),
)  # fmt: skip

SHOWCASE_ARTICLES = (
    DemoArticle(
        "Bữa sáng ấm ở cổng trường ngày gió lạnh",
        "Nhóm phụ huynh lớp 3A nấu 80 suất cháo nóng cho học sinh nhà xa trong những ngày rét đầu mùa.",
        (
            "Từ 5h30, các cô chú đã nhóm bếp ở nhà đa năng. Học sinh đi bộ xa được mời vào ăn trước giờ vào lớp.",
            "Nhóm dự định nấu ba buổi mỗi tuần cho đến hết tháng rét.",
        ),
        "news", "Mỗi tuần", picture="kitchen",
    ),
    DemoArticle(
        "Lớp 5B làm bản đồ an toàn quanh trường",
        "Các em đi khảo sát 1,2 km đường quanh trường và đánh dấu 09 điểm cần cẩn thận.",
        (
            "Mỗi nhóm vẽ một đoạn đường, ghi chỗ khuất tầm nhìn, nắp cống hỏng và nơi xe hay quay đầu.",
            "Bản đồ được treo ở cổng trường và gửi cho công an xã để cùng khắc phục.",
        ),
        "feature", "an toàn", picture="road",
    ),
    DemoArticle(
        "Cô thủ thư mở góc đọc dưới gốc bàng",
        "Giờ ra chơi nay có thêm một góc đọc với 60 cuốn sách và những chiếc chiếu hoa.",
        (
            "Cô thủ thư xin gỗ thừa đóng kệ, giặt chiếu cũ và nhờ học sinh trang trí tên góc đọc.",
            "Sau hai tuần, số lượt mượn sách tăng 96,7% so với tháng trước.",
        ),
        "feature", "Mỗi tuần", picture="books",
    ),
    DemoArticle(
        "Kết quả khám sức khỏe đầu năm học",
        "Trạm y tế xã khám cho toàn bộ học sinh; nhà trường hướng dẫn cha mẹ theo dõi thị lực của con.",
        (
            "Học sinh được đo chiều cao, cân nặng, thị lực và khám răng. Kết quả của từng em được gửi riêng cho gia đình.",
            "Nhà trường nhắc cha mẹ cho con nghỉ mắt sau mỗi 20 phút nhìn gần.",
        ),
        "notice", "an toàn", picture="class",
    ),
    DemoArticle(
        "Thầy tổng phụ trách và chiếc loa tự chế",
        "Từ thùng loa hỏng, thầy làm bộ phát thanh măng non cho cả bốn dãy lớp học.",
        (
            "Thầy xin linh kiện cũ, tự hàn mạch trong ba buổi tối. Chi phí chỉ bằng một phần mười giá mua mới.",
            "Mỗi sáng thứ Hai, đội phát thanh măng non đọc tin 5 phút, có cả mục kể chuyện bạn tốt.",
        ),
        "role_model", "Gương", role_model="Thầy Vũ Văn Thử Khuê", deed="Tự làm hệ thống phát thanh măng non từ linh kiện cũ",
        picture="science",
    ),
    DemoArticle(
        "Mời cha mẹ dự ngày hội toán học vui",
        "Sáng thứ Bảy tuần tới, 14 trò chơi toán chờ các gia đình tại sân trường.",
        (
            "Ngày hội bắt đầu lúc 7h30. Mỗi gia đình nhận một tấm thẻ để đóng dấu sau từng trò chơi.",
            "Nhà trường bố trí chỗ gửi xe ở sân sau và khu vực nghỉ cho em nhỏ.",
        ),
        "notice", "chương trình", picture="fair",
    ),
    DemoArticle(
        "Đội phát thanh măng non mời bà con nghe đài",
        "Từ tuần này, mỗi tuần một lần, tin của trường được đọc trên loa của xã.",
        (
            "Các em chọn tin, tập đọc và nhờ cô giáo sửa lời. Đài của xã phát vào buổi chiều, khi bà con đi làm về.",
            "Nhà trường mong bà con nghe và góp ý với giáo viên chủ nhiệm.",
        ),
        "news", "Mỗi tuần", picture="class",
    ),
)  # fmt: skip
"""Texts of the one school in which every state of an article can be seen; in the order of ``articles._showcase``."""
